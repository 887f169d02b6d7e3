package dev.sluice.routing;

/// What a request brings to the question which variant answers it.
///
/// @param draw 64 random bits of this request alone: the upper half decides where chance chooses
///     the variant, the lower half whether it is shadowed, so that neither tells about the other
public record Ask(String model, Key key, VariantOverride override, long draw) {}
