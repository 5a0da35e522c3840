#include "simulation/client.hpp"

#include "components/sampling.hpp"

namespace windtunnel {

/// The arrival that comes next, one at a time: a trace is streamed, not loaded.
struct Client::Next : Event {
  explicit Next(Client& owner)
      : Event([](Event& event) { static_cast<Next&>(event).client.arrive(); }), client(owner) {}
  Client& client;
  Arrival arrival;
};

Client::Client(Environment& environment, const std::string& name, const Workload& workload, int index,
               RunData& data, std::vector<std::pair<double, PlaceId>> places)
    : environment_(environment),
      name_("workload/" + name),
      workload_(workload),
      index_(index),
      data_(data),
      places_(std::move(places)),
      request_law_(make_sampler(workload.request)),
      response_law_(make_sampler(workload.response)),
      size_stream_(environment.stream(name_ + "/sizes")),
      place_stream_(environment.stream(name_ + "/places")),
      think_stream_(environment.stream(name_ + "/think")),
      operation_stream_(environment.stream(name_ + "/operation")) {
  if (workload.tokens) {
    prompt_law_ = make_sampler(workload.tokens->prompt);
    output_law_ = make_sampler(workload.tokens->output);
  }
}

Client::~Client() = default;

std::string Client::connect() {
  Component& target = environment_.component(workload_.calls.name);
  caller_ = std::make_unique<Caller>(environment_, target, call_options(environment_.catalog, workload_.policy), name_);
  for (const auto& [name, law] : workload_.keys) {
    if (law.popularity == Popularity::trace)
      trace_keys_.emplace_back(law.column, environment_.key_spaces.find(name));
  }
  if (const auto* trace = std::get_if<arrival::Trace>(&workload_.arrivals)) {
    for (const std::string& column : trace->keys) {
      trace_keys_.emplace_back(column, environment_.key_spaces.add(column));
    }
  }
  key_space_ = key_space_of(environment_, "", target);
  if (key_space_ < 0 && !workload_.keys.empty()) {
    key_space_ = environment_.key_spaces.find(workload_.keys.front().first);
  }
  for (int space = 0; space < environment_.key_spaces.size(); ++space)
    key_streams_.push_back(environment_.stream(name_ + "/keys/" + environment_.key_spaces.name(space)));
  std::string problem;
  process_ = make_arrival_process(workload_.arrivals, environment_.stream(name_ + "/arrivals"), trace_keys_,
                                  environment_.directory, problem);
  return problem;
}

void Client::start(Nanoseconds until) {
  until_ = until;
  if (const auto* closed = std::get_if<arrival::Closed>(&workload_.arrivals)) {
    think_law_ = make_sampler(closed->think);
    for (int number = 0; number < closed->users; ++number) {
      environment_.simulator.background().start(user(think_law_.sample_ns(think_stream_)));
    }
    return;
  }
  next_ = std::make_unique<Next>(*this);
  schedule_next();
}

void Client::stop() {
  until_ = environment_.simulator.now();
  next_.reset();
}

void Client::schedule_next() {
  next_->arrival = Arrival{};
  if (!process_->next(next_->arrival)) return;
  if (next_->arrival.time >= until_) return;
  environment_.simulator.schedule_at(*next_, next_->arrival.time);
}

void Client::arrive() {
  const Arrival& arrival = next_->arrival;
  WorkloadPeriod& period = period_of(environment_.simulator.now());
  ++period.offered;
  if (environment_.requests.alive() >= max_in_flight_) {
    ++period.outcomes[static_cast<std::size_t>(Outcome::refused)];
    ++data_.turned_down[static_cast<std::size_t>(index_)];
  } else {
    const double request =
        arrival.request_bytes >= 0 ? arrival.request_bytes : request_law_.sample(size_stream_);
    const double response =
        arrival.response_bytes >= 0 ? arrival.response_bytes : response_law_.sample(size_stream_);
    environment_.simulator.background().start(
        issue(make_request(arrival), static_cast<float>(request), static_cast<float>(response)));
  }
  schedule_next();
}

RequestRef Client::make_request(const Arrival& arrival) {
  RequestRef request = environment_.requests.make();
  request->started = environment_.simulator.now();
  request->id = requests_++;
  request->workload = static_cast<std::uint16_t>(index_);
  request->priority = static_cast<std::uint8_t>(workload_.priority);
  for (int space = 0; space < environment_.key_spaces.size(); ++space) {
    const auto at = static_cast<std::size_t>(space);
    if (arrival.keys_given & (1u << space)) {
      request->keys[at] = arrival.keys[at];
    } else if (const KeySampler* law = environment_.key_spaces.law(index_, space)) {
      request->keys[at] = law->key(key_streams_[at], request->started);
    }
  }
  if (arrival.service_seconds >= 0) request->service = to_nanoseconds(arrival.service_seconds);
  if (workload_.tokens) {
    request->tokens_in = static_cast<std::uint32_t>(prompt_law_.sample(size_stream_));
    request->tokens_out = static_cast<std::uint32_t>(output_law_.sample(size_stream_));
  }
  if (arrival.tokens_in >= 0) request->tokens_in = static_cast<std::uint32_t>(arrival.tokens_in);
  if (arrival.tokens_out >= 0) request->tokens_out = static_cast<std::uint32_t>(arrival.tokens_out);
  request->trace = data_.traces.begin(request->id);
  return request;
}

PlaceId Client::draw_place() {
  if (places_.size() < 2) return places_.empty() ? PlaceId{0} : places_.front().second;
  const double point = place_stream_.uniform() * places_.back().first;
  for (const auto& [cumulated, place] : places_) {
    if (point < cumulated) return place;
  }
  return places_.back().second;
}

WorkloadPeriod& Client::period_of(Nanoseconds sent) {
  auto& periods = data_.workloads[static_cast<std::size_t>(index_)];
  const auto number = static_cast<std::size_t>(sent / data_.period);
  if (number >= periods.size()) periods.resize(number + 1);
  return periods[number];
}

Task<> Client::issue(RequestRef request, float request_bytes, float response_bytes) {
  co_await ask(std::move(request), request_bytes, response_bytes);
}

/// One request from its sending to its end, noted under the period in which it was sent.
Task<Reply> Client::ask(RequestRef request, float request_bytes, float response_bytes) {
  ++waiting_;
  Call call;
  call.request = request;
  if (key_space_ >= 0) call.key = request->keys[static_cast<std::size_t>(key_space_)];
  call.key_space = static_cast<std::uint8_t>(std::max(key_space_, 0));
  call.request_bytes = request_bytes;
  call.response_bytes = response_bytes;
  call.from = draw_place();
  call.priority = request->priority;
  call.caller_replica = call.from;  // the clients of a zone share a view of whom they call
  if (workload_.op == "write") call.operation = Operation::write;

  Reply reply;
  if (caller_->retries()) {
    reply = co_await caller_->persist(std::move(call));
  } else {
    reply = co_await caller_->attempt(std::move(call));
  }
  caller_->count(reply);

  --waiting_;
  const Nanoseconds now = environment_.simulator.now();
  WorkloadPeriod& period = period_of(request->started);
  ++period.outcomes[static_cast<std::size_t>(reply.outcome)];
  if (reply.ok()) {
    period.latency_ns.record(now - request->started);
    period.quality_total += static_cast<double>(reply.quality);
    period.stale += reply.stale;
    data_.warmup[static_cast<std::size_t>(index_)].add(now, to_seconds(now - request->started));
  }
  if (request->trace) data_.traces.end(request->trace, *request, now, reply.outcome);
  co_return reply;
}

/// A user of a closed-loop workload: thinks, asks, waits for the answer, and thinks again.
Task<> Client::user(Nanoseconds think_first) {
  co_await environment_.simulator.sleep(think_first);
  while (environment_.simulator.now() < until_) {
    ++period_of(environment_.simulator.now()).offered;
    const auto request_bytes = static_cast<float>(request_law_.sample(size_stream_));
    const auto response_bytes = static_cast<float>(response_law_.sample(size_stream_));
    co_await ask(make_request(Arrival{}), request_bytes, response_bytes);
    co_await environment_.simulator.sleep(think_law_.sample_ns(think_stream_));
  }
}

}  // namespace windtunnel
