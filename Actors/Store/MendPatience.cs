namespace ActorEtcd.Store;

/// <summary>
/// How long an actor waits that has met a damaged record and told the scrubber of it by <see cref="VerifySegment"/>. It tries
/// again after <see cref="Interval"/>: by then the other members have mended the segment, or the root has ended the node. Should
/// neither happen for <see cref="TriesMax"/> tries, the actor fails as it would have at once. Single owner: the actor.
/// </summary>
public sealed class MendPatience
{
    public const int TriesMax = 300;

    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private int _tries;

    /// <summary>Whether to try again.</summary>
    public bool Meet() => ++_tries < TriesMax;

    /// <summary>The record could be read.</summary>
    public void Pass() => _tries = 0;
}
