#include "components/external_api.hpp"

#include <fmt/format.h>

#include "catalog/catalog.hpp"
#include "catalog/similar.hpp"
#include "components/sampling.hpp"

namespace windtunnel {
namespace {

void describe_behaviour(Fields<ExternalApiFields>& f) {
  f.add("latency", &ExternalApiFields::latency)
      .required()
      .doc("Time to the answer, or to its first token; measure it from where you call.");
  f.add("per_output_token", &ExternalApiFields::per_output_token)
      .fallback("0ms", "not a language model")
      .doc("Further time for each token of the answer.");
  f.add("errors", &ExternalApiFields::errors)
      .fallback("0%", "it works")
      .at_most("100%")
      .doc("Share of calls that end with an error.");
  f.add("rate", &ExternalApiFields::rate)
      .absent("no limit")
      .more_than("0/s")
      .doc("Calls that it allows; further ones are refused (429).");
  f.add("burst", &ExternalApiFields::burst)
      .absent("the calls of one second")
      .at_least("1")
      .doc("Calls that may come at once before the rate counts: the size of the token bucket.");
  f.add("token_rate", &ExternalApiFields::token_rate)
      .absent("no limit")
      .more_than("0/s")
      .doc("Tokens that it allows, of questions and answers together; a bucket of a minute's worth.");
  f.add("concurrency", &ExternalApiFields::concurrency)
      .absent("no limit")
      .at_least("1")
      .doc("Calls that it works on at once; further ones are refused.");
  f.add("refusal", &ExternalApiFields::refusal)
      .fallback("0ms", "limits are checked before anything else")
      .doc("Time until a refused call has its answer.");
}

void describe_prices(Fields<ExternalApiFields>& f) {
  f.add("price_per_call", &ExternalApiFields::price_per_call)
      .absent("calls cost nothing by themselves")
      .doc("Price of a call that was answered.");
  f.add("model", &ExternalApiFields::model)
      .absent("tokens cost nothing unless their prices are given")
      .doc("A language model of the catalog, whose prices hold for the workload's `tokens`.");
  f.add("input_price", &ExternalApiFields::input_price)
      .absent("the catalog's for `model`")
      .doc("Price of a million tokens of questions.");
  f.add("output_price", &ExternalApiFields::output_price)
      .absent("the catalog's for `model`")
      .doc("Price of a million tokens of answers.");
}

}  // namespace

void describe(Fields<ExternalApiFields>& f) {
  f.about("external_api", "A service of somebody else: its latency, its limits, its price.");
  describe_behaviour(f);
  describe_prices(f);
  f.check([](const ExternalApiFields& api, ObjectCheck& check) {
    if (api.burst && !api.rate) check.error("burst", "`burst` needs `rate`");
    if (!api.model) return;
    const Catalog catalog;
    if (catalog.find_api_price(*api.model)) return;
    Diagnostic& error =
        check.error("model", fmt::format("the catalog has no price for the model `{}`", *api.model));
    const auto similar = similar_names(*api.model, names_of(catalog.api_prices()), 3);
    if (!similar.empty()) error.help = fmt::format("did you mean {}?", fmt::join(similar, ", "));
  });
}

ExternalApi::ExternalApi(Environment& environment, const ComponentSpec& spec)
    : Component(environment, spec),
      fields_(spec.fields<ExternalApiFields>()),
      latency_law_(make_sampler(fields_.latency)),
      refusal_law_(make_sampler(fields_.refusal)),
      stream_(environment.stream(spec.name + "/latency")) {
  if (fields_.rate) {
    const double rate = fields_.rate->per_second;
    calls_.emplace(rate, fields_.burst ? fields_.burst->value : std::max(1.0, rate));
  }
  if (fields_.token_rate) {
    constexpr double seconds = 60;  // limits are stated per minute
    tokens_.emplace(fields_.token_rate->per_second, std::max(1.0, seconds * fields_.token_rate->per_second));
  }
  if (fields_.concurrency) slots_.emplace(simulator_, *fields_.concurrency, Discipline::fifo, 0);
}

/// Whether both limits leave room; takes from both or from none.
bool ExternalApi::admits(double tokens) {
  const Nanoseconds now = simulator_.now();
  if (calls_ && !calls_->holds(1, now)) return false;
  if (tokens_ && !tokens_->holds(tokens, now)) return false;
  if (calls_) calls_->take(1);
  if (tokens_) tokens_->take(tokens);
  ++admitted_calls_;
  admitted_tokens_ += tokens;
  return true;
}

Task<Reply> ExternalApi::serve(Call& call, Replica& replica) {
  const double slowness = replica.slowness();
  const std::uint32_t tokens_in = call.request->tokens_in;
  const std::uint32_t tokens_out = call.request->tokens_out;
  Station::Lease slot;
  bool refused = false;
  if (slots_) {
    slot = co_await slots_->acquire();
    refused = !slot;
  }
  refused = refused || !admits(static_cast<double>(tokens_in) + tokens_out);
  if (refused) {
    slot.release();
    co_await simulator_.sleep(refusal_law_.sample_ns(stream_));
    co_return Reply::error(Outcome::refused);
  }
  const double seconds = latency_law_.sample(stream_) + fields_.per_output_token.seconds * tokens_out;
  co_await simulator_.sleep(to_nanoseconds(seconds * slowness));
  if (fields_.errors.value > 0 && stream_.chance(fields_.errors.value)) {
    co_return Reply::error(Outcome::failed);
  }
  ++answered_;
  tokens_in_ += tokens_in;
  tokens_out_ += tokens_out;
  co_return Reply{};
}

/// A limit is exhausted as a machine is: its use is what was let in over what would have been.
void ExternalApi::add_resources(std::vector<ResourceUse>& uses) const {
  const auto now = static_cast<double>(simulator_.now());
  if (slots_) {
    const double busy = static_cast<double>(slots_->busy_servers().area(simulator_.now()));
    uses.push_back({"concurrency", busy, now * *fields_.concurrency, 0});
  }
  if (fields_.rate) uses.push_back({"rate limit", admitted_calls_ * 1e9, now * fields_.rate->per_second, 0});
  if (fields_.token_rate)
    uses.push_back({"token limit", admitted_tokens_ * 1e9, now * fields_.token_rate->per_second, 0});
}

void ExternalApi::add_token_charge(const char* direction, double tokens, const std::optional<Money>& price,
                                   std::optional<double> listed, std::vector<Charge>& charges) const {
  Charge charge{fmt::format("1M {} tokens", direction), tokens * 1e-6, 0, "the scenario", ""};
  if (price) {
    charge.usd_per_unit = price->usd;
  } else if (listed) {
    const Origin& origin = environment_.catalog.find_api_price(*fields_.model)->origin;
    charge.usd_per_unit = *listed;
    charge.source = origin.source;
    charge.as_of = origin.as_of;
  } else {
    return;
  }
  charges.push_back(std::move(charge));
}

void ExternalApi::add_charges(std::vector<Charge>& charges) const {
  if (fields_.price_per_call) {
    charges.push_back({"1M calls", answered_ * 1e-6, fields_.price_per_call->usd * 1e6, "the scenario", ""});
  }
  const ApiPrice* listed = fields_.model ? environment_.catalog.find_api_price(*fields_.model) : nullptr;
  std::optional<double> input, output;
  if (listed) {
    input = listed->input_usd_per_million_tokens;
    output = listed->output_usd_per_million_tokens;
  }
  add_token_charge("input", tokens_in_, fields_.input_price, input, charges);
  add_token_charge("output", tokens_out_, fields_.output_price, output, charges);
}

}  // namespace windtunnel
