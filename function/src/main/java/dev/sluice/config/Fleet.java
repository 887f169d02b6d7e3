package dev.sluice.config;

import dev.sluice.inference.ImageTask;
import dev.sluice.inference.Loaded;
import dev.sluice.inference.TextTask;
import dev.sluice.onnx.ModelDirectory;
import dev.sluice.onnx.ModelDirectory.Source;
import dev.sluice.onnx.ModelRefused;
import dev.sluice.routing.CanaryTraffic;
import dev.sluice.routing.Shadow;
import dev.sluice.routing.Share;
import dev.sluice.routing.Split;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/// The models that the settings name, loaded, and the split that each starts with.
///
/// @param versions by model and name
/// @param splits by model
record Fleet(Map<String, SequencedMap<String, Loaded>> versions, Map<String, Split> splits) {
  static final String DEFAULT_MODEL = "digits";

  /// Loads everything, and reports everything that is wrong at once.
  ///
  /// @throws ModelRefused with a line for each file that cannot be served
  static Fleet load(Settings settings, ModelDirectory directory) throws ModelRefused {
    var faults = new ArrayList<String>();
    Path folder = settings.models().folder();
    boolean chosen = !folder.toString().equals(SettingsTable.MODELS_DIR.fallback());
    if (chosen && !Files.isDirectory(folder)) {
      faults.add("MODELS_DIR must be a folder: " + folder);
    }
    List<Source> sources = sources(settings.models());
    var versions = new TreeMap<String, SequencedMap<String, Loaded>>();
    for (Source source : sources) {
      try {
        Loaded loaded = directory.load(source);
        var siblings = versions.computeIfAbsent(source.model(), model -> new LinkedHashMap<>());
        check(loaded, siblings, source);
        siblings.put(source.version(), loaded);
      } catch (ModelRefused refused) {
        faults.add(String.valueOf(refused.getMessage()));
      }
    }
    if (faults.isEmpty()) {
      faults.addAll(misplaced(settings, versions));
    }
    if (!faults.isEmpty()) {
      throw new ModelRefused(String.join("\n", faults));
    }
    var splits = new TreeMap<String, Split>();
    versions.forEach((model, loaded) -> splits.put(model, split(model, loaded, settings)));
    return new Fleet(versions, splits);
  }

  /// The files that are there now, or are named: versions A and B first.
  ///
  /// @throws ModelRefused when the folder cannot be read
  static List<Source> sources(Settings.Models settings) throws ModelRefused {
    var sources = new ArrayList<Source>();
    sources.add(new Source(DEFAULT_MODEL, "A", settings.versionA()));
    sources.add(new Source(DEFAULT_MODEL, "B", settings.versionB()));
    for (Source found : ModelDirectory.find(settings.folder())) {
      boolean named =
          found.model().equals(DEFAULT_MODEL) && List.of("A", "B").contains(found.version());
      if (!named) {
        sources.add(found);
      }
    }
    return sources;
  }

  /// Versions of one model must take and give the same: otherwise a caller could tell which one it
  /// got by an error.
  private static void check(Loaded loaded, SequencedMap<String, Loaded> siblings, Source source)
      throws ModelRefused {
    for (Loaded sibling : siblings.values()) {
      List<String> differences = Examination.differences(loaded, sibling);
      if (!differences.isEmpty()) {
        throw new ModelRefused(
            source.file()
                + ": takes or gives something else than version "
                + sibling.version().name()
                + " of "
                + source.model()
                + ": "
                + String.join("; ", differences));
      }
    }
  }

  /// Models that stand where another kind is needed. A text model that is absent is no fault: its
  /// member of `/predict` is answered with 404.
  private static List<String> misplaced(
      Settings settings, Map<String, SequencedMap<String, Loaded>> versions) {
    var faults = new ArrayList<String>();
    for (Loaded loaded : versions.getOrDefault(DEFAULT_MODEL, new LinkedHashMap<>()).values()) {
      if (!(loaded.task() instanceof ImageTask)) {
        faults.add(
            "MODEL_VA_PATH, MODEL_VB_PATH and MODELS_DIR/digits must hold models of pictures: "
                + loaded.version().name()
                + " is none");
      }
    }
    absent(SettingsTable.SENTENCE_MODEL, settings.models().sentence(), versions, faults);
    absent(SettingsTable.SMS_MODEL, settings.models().sms(), versions, faults);
    for (String name : List.of(settings.models().sentence(), settings.models().sms())) {
      for (Loaded loaded : versions.getOrDefault(name, new LinkedHashMap<>()).values()) {
        if (!(loaded.task() instanceof TextTask)) {
          faults.add(
              "SENTENCE_MODEL and SMS_MODEL must be models of texts: "
                  + loaded.version()
                  + " is none");
        }
      }
    }
    return faults;
  }

  /// A model that was asked for by name has to be there; one of the default name may be missing.
  private static void absent(
      Setting<String> setting,
      String name,
      Map<String, SequencedMap<String, Loaded>> versions,
      List<String> faults) {
    if (!name.equals(setting.fallback()) && !versions.containsKey(name)) {
      faults.add(
          setting.variable() + ": no model is called " + name + "; loaded: " + versions.keySet());
    }
  }

  private static Split split(String model, SequencedMap<String, Loaded> loaded, Settings settings) {
    List<String> names = List.copyOf(loaded.sequencedKeySet());
    var weights = new LinkedHashMap<String, Double>();
    boolean isDefault = model.equals(DEFAULT_MODEL);
    weights.put(names.getFirst(), isDefault ? settings.routing().weightA() : 1.0);
    if (names.size() > 1) {
      weights.put(names.get(1), isDefault ? settings.routing().weightB() : 0.0);
    }
    Split split =
        Split.of(weights)
            .withStrategy(settings.routing().strategy())
            .withAlsoLoaded(names.subList(Math.min(2, names.size()), names.size()));
    if (!isDefault) {
      return split;
    }
    return split
        .withCanaryTraffic(
            switch (settings.routing().canary()) {
              case ON -> CanaryTraffic.ENABLED;
              case OFF -> CanaryTraffic.DISABLED;
            })
        .withShadow(
            switch (settings.routing().shadow()) {
              case ON -> new Shadow.Sample(Share.ofFraction(settings.routing().shadowSample()));
              case OFF -> new Shadow.Off();
            });
  }
}
