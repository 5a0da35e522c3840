#pragma once
// What a vision model's server does to a decoded picture before inference.

#include "gpu/kernels/language.cuh"

namespace windtunnel::calibrate {

constexpr int kImageThreads = 256;

struct ImageArguments {
  const std::uint8_t* pictures;  ///< [image][height][width][3]
  Bf16* out;                     ///< [image][3][side][side]
  int height;
  int width;
  int side;
  float mean[3];     ///< of a channel, on the scale 0 … 1
  float inverse[3];  ///< one over its standard deviation
};

/// Bilinear resize to a square, pixel centres at halves as in OpenCV's INTER_LINEAR, then (x/255 − mean) /
/// deviation into planes. Grid: (pixel blocks, images); a thread makes one pixel.
inline __global__ void __launch_bounds__(kImageThreads) resize_normalise(ImageArguments a) {
  const int pixel = static_cast<int>(blockIdx.x * kImageThreads + threadIdx.x);
  if (pixel >= a.side * a.side) return;
  const float scale_y = static_cast<float>(a.height) / static_cast<float>(a.side);
  const float scale_x = static_cast<float>(a.width) / static_cast<float>(a.side);
  const float y = fmaxf((static_cast<float>(pixel / a.side) + 0.5f) * scale_y - 0.5f, 0.0f);
  const float x = fmaxf((static_cast<float>(pixel % a.side) + 0.5f) * scale_x - 0.5f, 0.0f);
  const int top = min(static_cast<int>(y), a.height - 1);
  const int left = min(static_cast<int>(x), a.width - 1);
  const int bottom = min(top + 1, a.height - 1);
  const int right = min(left + 1, a.width - 1);
  const float down = y - static_cast<float>(top);
  const float across = x - static_cast<float>(left);

  const std::uint8_t* picture = a.pictures + static_cast<std::size_t>(blockIdx.y) * a.height * a.width * 3;
  const std::uint8_t* upper = picture + static_cast<std::size_t>(top) * a.width * 3;
  const std::uint8_t* lower = picture + static_cast<std::size_t>(bottom) * a.width * 3;
  Bf16* out = a.out + static_cast<std::size_t>(blockIdx.y) * 3 * a.side * a.side + pixel;
  for (int channel = 0; channel < 3; ++channel) {
    const float above = upper[left * 3 + channel] * (1.0f - across) + upper[right * 3 + channel] * across;
    const float below = lower[left * 3 + channel] * (1.0f - across) + lower[right * 3 + channel] * across;
    const float value = (above * (1.0f - down) + below * down) / 255.0f;
    out[static_cast<std::size_t>(channel) * a.side * a.side] =
        to_bf16((value - a.mean[channel]) * a.inverse[channel]);
  }
}

}  // namespace windtunnel::calibrate
