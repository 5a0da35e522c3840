#include "gpu/gemm_model.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

namespace windtunnel {

namespace {

/// Where nothing was measured. Chosen by hand against the public H100 and A100 tables from which the
/// shipped profiles come (docs/gpu.md has the errors): the share of peak rate and of peak bandwidth that
/// large products reach, and the time of the smallest.
constexpr double kComputeShare = 0.78;
constexpr double kMemoryShare = 0.77;
constexpr double kSmallestSeconds = 3.0e-6;

/// 16-bit formats run alike, and int4 weights are widened to them; fp8 and int8 have their own curves.
Precision family(Precision activations) {
  switch (activations) {
    case Precision::kFp8:
    case Precision::kInt8:
    case Precision::kFp32:
      return activations;
    default:
      return Precision::kBf16;
  }
}

}  // namespace

double least_seconds(const Gpu& gpu, Precision compute, double flops, double bytes) {
  return std::max(flops / peak_flops(gpu, compute), bytes / gpu.memory_bytes_per_second);
}

GemmModel::GemmModel(const Gpu& gpu, const GpuProfile* profile) : gpu_(gpu) {
  if (!profile) return;
  std::map<std::tuple<Precision, double, double>, std::vector<std::pair<double, double>>> shapes;
  for (const ProfileCurve& curve : profile->curves) {
    const auto precision = precision_named(curve.dtype);
    const auto m = curve.column("m");
    const auto n = curve.column("n");
    const auto k = curve.column("k");
    if (curve.name != "gemm" || !precision || !m || !n || !k) continue;
    for (const auto& point : curve.points)
      shapes[{family(*precision), point[*n], point[*k]}].emplace_back(point[*m],
                                                                      point[*curve.column("seconds")]);
  }
  for (auto& [key, points] : shapes)
    shapes_.push_back({std::get<1>(key), std::get<2>(key), std::get<0>(key), LinearTable(std::move(points))});
}

double GemmModel::roofline(GemmTypes types, double m, double n, double k) const {
  constexpr double kOutputBytes = 2;
  const double bytes =
      n * k * bytes_of(types.weights) + m * k * bytes_of(types.activations) + m * n * kOutputBytes;
  return least_seconds(gpu_, types.activations, 2 * m * n * k, bytes);
}

double GemmModel::estimate(GemmTypes types, double m, double n, double k) const {
  const double bytes = n * k * bytes_of(types.weights) + m * k * bytes_of(types.activations) + m * n * 2;
  const double memory = bytes / gpu_.memory_bytes_per_second / kMemoryShare;
  const double compute = 2 * m * n * k / peak_flops(gpu_, types.activations) / kComputeShare;
  // Near the ridge both limits bite: the fourth power mean is 19% above the larger where they are equal.
  return kSmallestSeconds + std::pow(std::pow(memory, 4) + std::pow(compute, 4), 0.25);
}

double GemmModel::reached_share(const Shape& shape, double m) const {
  const double held = std::clamp(m, shape.seconds_by_m.first(), shape.seconds_by_m.last());
  const GemmTypes types{shape.compute, shape.compute};
  return roofline(types, held, shape.n, shape.k) / shape.seconds_by_m.at(held);
}

double GemmModel::seconds(GemmTypes types, double m, double n, double k) const {
  const double least = roofline(types, m, n, k);
  // A type that was not measured reaches the share of its roofline that 16-bit products reach.
  const auto has = [&](Precision p) {
    return std::any_of(shapes_.begin(), shapes_.end(), [&](const Shape& s) { return s.compute == p; });
  };
  const Precision wanted = family(types.activations);
  const Precision compute = has(wanted) ? wanted : Precision::kBf16;
  if (!has(compute)) return std::max(least, estimate(types, m, n, k));

  constexpr std::size_t kNeighbours = 4;
  std::vector<std::pair<double, const Shape*>> nearest;  // squared distance
  for (const Shape& shape : shapes_) {
    if (shape.compute != compute) continue;
    const double dn = std::log(shape.n / n);
    const double dk = std::log(shape.k / k);
    nearest.emplace_back(dn * dn + dk * dk, &shape);
  }
  const auto kept = nearest.begin() + static_cast<std::ptrdiff_t>(std::min(kNeighbours, nearest.size()));
  std::partial_sort(nearest.begin(), kept, nearest.end(),
                    [](const auto& a, const auto& b) { return a.first < b.first; });
  if (nearest.front().first == 0) return std::max(least, least / reached_share(*nearest.front().second, m));
  double share = 0;
  double weight = 0;
  for (auto it = nearest.begin(); it != kept; ++it) {
    share += reached_share(*it->second, m) / it->first;
    weight += 1 / it->first;
  }
  return std::max(least, least * weight / share);
}

LinearTable GemmModel::over_tokens(GemmTypes types, double n, double k, double most) const {
  std::vector<double> knots;
  for (double m = 1; m < 16; ++m) knots.push_back(m);
  for (double m = 16; m < 512; m += 16) knots.push_back(m);
  for (double m = 512; m < 2048; m += 64) knots.push_back(m);
  for (double m = 2048; m <= 16384; m += 512) knots.push_back(m);
  for (const Shape& shape : shapes_)
    if (shape.n == n && shape.k == k)
      knots.insert(knots.end(), shape.seconds_by_m.knots().begin(), shape.seconds_by_m.knots().end());
  std::vector<std::pair<double, double>> points{{most, seconds(types, most, n, k)}};
  for (const double m : knots)
    if (m < most) points.emplace_back(m, seconds(types, m, n, k));
  return LinearTable(std::move(points));
}

}  // namespace windtunnel
