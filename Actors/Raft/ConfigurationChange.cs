using System.Collections.Immutable;

namespace ActorEtcd.Raft;

/// <summary>
/// The content of an entry of kind <see cref="Log.EntryKind.ConfigurationChange"/>. Without steps it ends a
/// joint configuration. <paramref name="Context"/> is the member list's own payload, opaque to Raft.
/// </summary>
public sealed record ConfigurationChange(
    ConfigurationChangeMode Mode, ImmutableArray<ConfigurationChangeStep> Steps, Bytes Context)
{
    /// <summary>Ends a joint configuration.</summary>
    public static readonly ConfigurationChange LeaveJoint = new(ConfigurationChangeMode.Automatic, [], Bytes.Empty);

    /// <summary>Whose client waits for the outcome; 0 when nobody does.</summary>
    public ulong RequestId { get; init; }

    public bool Equals(ConfigurationChange? other) =>
        other is not null
        && Mode == other.Mode
        && Steps.SequenceEqual(other.Steps)
        && Context == other.Context
        && RequestId == other.RequestId;

    public override int GetHashCode() => HashCode.Combine(Mode, Steps.Length, Context, RequestId);
}
