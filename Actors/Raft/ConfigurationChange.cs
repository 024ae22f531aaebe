using System.Collections.Immutable;

namespace ActorEtcd.Raft;

/// <summary>
/// The content of an entry of kind <see cref="Log.EntryKind.ConfigurationChange"/>. Without steps it ends a
/// joint configuration. <paramref name="Context"/> is the member list's own payload, opaque to Raft.
/// </summary>
public sealed record ConfigurationChange(
    ConfigurationChangeMode Mode, ImmutableArray<ConfigurationChangeStep> Steps, Bytes Context)
{
    public bool Equals(ConfigurationChange? other) =>
        other is not null
        && Mode == other.Mode
        && Steps.SequenceEqual(other.Steps)
        && Context == other.Context;

    public override int GetHashCode() => HashCode.Combine(Mode, Steps.Length, Context);
}
