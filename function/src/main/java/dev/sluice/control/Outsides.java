package dev.sluice.control;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The models whose traffic is split outside of the processes.
///
/// @param byModel each under what rollouts call it
public record Outsides(Map<String, Outside> byModel) {
  /// All traffic is split in the processes.
  public static final Outsides NONE = new Outsides(Map.of());

  public Outsides {
    byModel = Map.copyOf(byModel);
  }

  /// Each by its own name, which no other may have.
  public static Outsides of(List<? extends Outside> all) {
    return new Outsides(
        all.stream().collect(Collectors.toMap(Outside::model, Function.identity())));
  }

  public Optional<Outside> of(String model) {
    return Optional.ofNullable(byModel.get(model));
  }

  Collection<Outside> all() {
    return byModel.values();
  }
}
