package dev.sluice.experiment;

import dev.sluice.experiment.Outcome.Counted;
import dev.sluice.inference.Version;
import dev.sluice.routing.Role;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/// What an answer says about itself to whoever will know later whether it was a good one. It names
/// no caller and holds nothing of the input.
///
/// As bytes, the most significant first:
///
///     1   form, 1
///     1   flags: role (bits 0-1), counted (2-3), has a rollout (4), has a class (5)
///     12  exposure id
///     8   unit
///     4   issued at, seconds since 1970, without a sign
///     1+n model
///     1+n version
///     1+n rollout, 8 its revision      where there is one
///     4   predicted class              where there is one
///
/// @param rollout that was under way, if any
/// @param role of the version at that moment; a third version has none
/// @param version that answered
/// @param unit the hash of the caller, see [Exposure#caller()]
/// @param issuedAt whole seconds
/// @param predicted the most probable class, where the answer was one row
/// @param counted whether the prediction is an exposure
public record OutcomeToken(
    String model,
    Optional<Rollout> rollout,
    Optional<Role> role,
    String version,
    ExposureId exposure,
    long unit,
    Instant issuedAt,
    OptionalInt predicted,
    Counted counted) {
  private static final byte FORM = 1;
  private static final int FIXED = 28;
  private static final int HAS_ROLLOUT = 1 << 4;
  private static final int HAS_CLASS = 1 << 5;
  private static final int KNOWN_FLAGS = 0x3f;

  public OutcomeToken {
    requireName(model);
    requireName(version);
    issuedAt = Instant.ofEpochSecond(issuedAt.getEpochSecond());
    if (issuedAt.getEpochSecond() >>> Integer.SIZE != 0) {
      throw new IllegalArgumentException("issuedAt must be within 1970..2106: " + issuedAt);
    }
    if (predicted.orElse(0) < 0) {
      throw new IllegalArgumentException("a class must be 0 or more: " + predicted);
    }
  }

  /// A rollout at one revision.
  public record Rollout(String id, long revision) {
    public Rollout {
      requireName(id);
    }
  }

  private static void requireName(String name) {
    if (!Version.isName(name)) {
      throw new IllegalArgumentException("not a name: " + name);
    }
  }

  byte[] bytes() {
    int size =
        FIXED
            + model.length()
            + version.length()
            + rollout.map(it -> 1 + it.id().length() + Long.BYTES).orElse(0)
            + (predicted.isPresent() ? Integer.BYTES : 0);
    ByteBuffer out = ByteBuffer.allocate(size);
    out.put(FORM).put(flags()).putLong(exposure.high()).putInt(exposure.low());
    out.putLong(unit).putInt((int) issuedAt.getEpochSecond());
    put(out, model);
    put(out, version);
    rollout.ifPresent(
        it -> {
          put(out, it.id());
          out.putLong(it.revision());
        });
    predicted.ifPresent(out::putInt);
    return out.array();
  }

  private byte flags() {
    int ofRole =
        role.map(
                it ->
                    switch (it) {
                      case STABLE -> 1;
                      case CANARY -> 2;
                    })
            .orElse(0);
    int ofCounted =
        switch (counted) {
          case EXPOSURE -> 0;
          case OVERRIDE -> 1;
          case RETRY -> 2;
          case COLD -> 3;
        };
    return (byte)
        (ofRole
            | ofCounted << 2
            | (rollout.isPresent() ? HAS_ROLLOUT : 0)
            | (predicted.isPresent() ? HAS_CLASS : 0));
  }

  private static void put(ByteBuffer out, String name) {
    out.put((byte) name.length()).put(name.getBytes(StandardCharsets.ISO_8859_1));
  }

  /// What these bytes say; nothing when they are of another form.
  static Optional<OutcomeToken> parse(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      if (in.get() != FORM) {
        return Optional.empty();
      }
      OutcomeToken token = parse(in, in.get());
      return in.hasRemaining() ? Optional.empty() : Optional.of(token);
    } catch (BufferUnderflowException | IllegalArgumentException otherForm) {
      return Optional.empty();
    }
  }

  private static OutcomeToken parse(ByteBuffer in, int flags) {
    if ((flags & ~KNOWN_FLAGS) != 0) {
      throw new IllegalArgumentException("unknown flags: " + flags);
    }
    var exposure = new ExposureId(in.getLong(), in.getInt());
    long unit = in.getLong();
    Instant issuedAt = Instant.ofEpochSecond(Integer.toUnsignedLong(in.getInt()));
    String model = name(in);
    String version = name(in);
    Optional<Rollout> rollout =
        (flags & HAS_ROLLOUT) == 0
            ? Optional.empty()
            : Optional.of(new Rollout(name(in), in.getLong()));
    OptionalInt predicted =
        (flags & HAS_CLASS) == 0 ? OptionalInt.empty() : OptionalInt.of(in.getInt());
    return new OutcomeToken(
        model, rollout, role(flags), version, exposure, unit, issuedAt, predicted, counted(flags));
  }

  private static String name(ByteBuffer in) {
    byte[] letters = new byte[Byte.toUnsignedInt(in.get())];
    in.get(letters);
    return new String(letters, StandardCharsets.ISO_8859_1);
  }

  private static Optional<Role> role(int flags) {
    return switch (flags & 3) {
      case 0 -> Optional.empty();
      case 1 -> Optional.of(Role.STABLE);
      case 2 -> Optional.of(Role.CANARY);
      default -> throw new IllegalArgumentException("unknown role: " + flags);
    };
  }

  private static Counted counted(int flags) {
    return switch (flags >> 2 & 3) {
      case 0 -> Counted.EXPOSURE;
      case 1 -> Counted.OVERRIDE;
      case 2 -> Counted.RETRY;
      default -> Counted.COLD;
    };
  }
}
