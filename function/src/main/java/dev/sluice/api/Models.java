package dev.sluice.api;

import dev.sluice.inference.Signature;
import dev.sluice.serving.VersionHealth;
import java.util.List;
import java.util.Optional;

/// The versions of this instance: which there are, how they are, and their coming and going. All
/// but `list` and `health` block, one of them at a time.
public interface Models {

  /// A version by its names.
  record Name(String model, String version) {
    @Override
    public String toString() {
      return model + "/" + version;
    }
  }

  /// What is in a version's file.
  ///
  /// @param task `image` or `text`
  record Contents(long fileBytes, String task, Signature signature) {}

  /// A version as it is shown.
  ///
  /// @param contents none while it is not loaded
  record Shown(VersionHealth health, Optional<Contents> contents) {}

  /// Everything that there is.
  ///
  /// @param versions loaded, being loaded, or failed to load
  /// @param available those whose files are there, and that are not loaded
  record Listing(List<Shown> versions, List<Name> available) {
    public Listing {
      versions = List.copyOf(versions);
      available = List.copyOf(available);
    }
  }

  /// What is to be tried.
  sealed interface Candidate {
    /// A file by its place under the folder of models.
    record AtPath(String path) implements Candidate {}

    /// The file of a version.
    record OfVersion(Name name) implements Candidate {}
  }

  /// What became of a request.
  sealed interface Answered<T> {
    /// It was done.
    record Done<T>(T value) implements Answered<T> {}

    /// It was not done.
    ///
    /// @param detail one sentence for the caller
    record Refused<T>(Why why, String detail) implements Answered<T> {}
  }

  /// Why something was not done.
  enum Why {
    /// There is no such model, version or file.
    UNKNOWN,
    /// Not in the present state.
    CONFLICT,
    /// Something else is under way.
    BUSY,
    /// The file cannot be served.
    UNFIT
  }

  Listing list();

  /// How every version of this instance is; for those who compare instances.
  List<VersionHealth> health();

  /// Tries a file without loading it here.
  ///
  /// @param like the version in whose place it must fit; its model's stable one when left out
  Answered<Examined> validate(Candidate candidate, Optional<Name> like);

  /// Takes a version in. It has been tried and is warm when this returns, and gets no traffic by
  /// weight.
  Answered<Shown> load(Name name);

  /// Takes a version out; no request that is under way is lost.
  Answered<Name> unload(Name name);
}
