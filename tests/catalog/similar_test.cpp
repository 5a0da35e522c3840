#include "catalog/similar.hpp"

#include <doctest/doctest.h>

#include "catalog/catalog.hpp"

using namespace windtunnel;

TEST_CASE("a name that is not there leads to those that are") {
  const Catalog catalog;
  const auto gpus = names_of(catalog.gpus());
  const auto instances = names_of(catalog.instances());
  CHECK(similar_names("h100", gpus) == std::vector<std::string>{"h100-sxm", "h100-pcie"});
  CHECK(similar_names("h100-sxn", gpus).front() == "h100-sxm");
  CHECK(similar_names("aws/c7i.4xlarg", instances).front() == "aws/c7i.4xlarge");
  CHECK(similar_names("C7i.4xlarge", instances) == std::vector<std::string>{"aws/c7i.4xlarge"});
  CHECK(similar_names("aws/", instances, 3).size() == 3);
  CHECK(similar_names("zzzzzzzz", gpus).empty());
  CHECK(similar_names("", gpus).empty());
}
