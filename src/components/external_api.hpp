#pragma once
#include <optional>
#include <string>
#include <vector>

#include "components/component.hpp"
#include "components/token_bucket.hpp"
#include "kernel/samplers.hpp"
#include "kernel/station.hpp"
#include "language/law.hpp"

namespace windtunnel {

/// `type: external_api`
struct ExternalApiFields {
  DurationLaw latency;
  Duration per_output_token;
  Ratio errors;
  std::optional<Rate> rate;
  std::optional<Count> burst;
  std::optional<Rate> token_rate;
  std::optional<int> concurrency;
  DurationLaw refusal;
  std::optional<Money> price_per_call;
  std::optional<std::string> model;
  std::optional<Money> input_price;
  std::optional<Money> output_price;
};
void describe(Fields<ExternalApiFields>& f);

/// A service of somebody else: what is known is how long it takes, what it allows, and what it costs. Its
/// limits hold for all replicas together.
class ExternalApi : public Component {
 public:
  ExternalApi(Environment& environment, const ComponentSpec& spec);

  void add_resources(std::vector<ResourceUse>& uses) const override;
  void add_charges(std::vector<Charge>& charges) const override;

 protected:
  Task<Reply> serve(Call& call, Replica& replica) override;
  void replica_added(Replica&) override {}

 private:
  bool admits(double tokens);
  void add_token_charge(const char* direction, double tokens, const std::optional<Money>& price,
                        std::optional<double> listed, std::vector<Charge>& charges) const;

  const ExternalApiFields& fields_;
  Sampler latency_law_;
  Sampler refusal_law_;
  RandomStream stream_;
  std::optional<TokenBucket> calls_;
  std::optional<TokenBucket> tokens_;
  std::optional<Station> slots_;
  double admitted_calls_ = 0;
  double admitted_tokens_ = 0;
  double answered_ = 0;
  double tokens_in_ = 0;
  double tokens_out_ = 0;
};

}  // namespace windtunnel
