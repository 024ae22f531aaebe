using System.Collections.Immutable;

namespace ActorEtcd.Raft;

/// <summary>
/// The content of an entry of kind <see cref="Log.EntryKind.ConfigurationChange"/>. Without steps it ends a
/// joint configuration. <paramref name="Context"/> is the member list's own payload, opaque to Raft.
/// </summary>
public sealed record ConfigurationChange(
    ConfigurationTransition Transition, ImmutableArray<ConfigurationChangeStep> Steps, Bytes Context)
{
    public bool Equals(ConfigurationChange? other) =>
        other is not null
        && Transition == other.Transition
        && Steps.SequenceEqual(other.Steps)
        && Context == other.Context;

    public override int GetHashCode() => HashCode.Combine(Transition, Steps.Length, Context);
}
