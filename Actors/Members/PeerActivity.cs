namespace ActorEtcd.Members;

/// <summary>
/// Since when each other member answers without a break, and of whom the Akka cluster says that somebody cannot reach it.
/// Single owner: the members actor.
/// </summary>
public sealed class PeerActivity
{
    /// <summary>A member that was silent for so long is away; some probes fit in, so that a lost one does not count.</summary>
    public static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(2.5);

    private readonly Dictionary<MemberId, Peer> _peers = [];

    /// <param name="member">Who answered.</param>
    /// <param name="incarnation">Differs from process to process of the member.</param>
    /// <param name="now">When.</param>
    public void Heard(MemberId member, long incarnation, TimeSpan now)
    {
        var peer = Find(member);

        // What was said of its last process does not hold for this one, which the Akka cluster may have to wait for.
        if (ActiveFor(member, now) is null || (peer.IsUnreachable && peer.Incarnation != incarnation))
        {
            peer.Since = now;
            peer.IsUnreachable &= peer.Incarnation == incarnation;
        }

        peer.Incarnation = incarnation;
        peer.Last = now;
    }

    /// <summary>The nodes of the Akka cluster agree that the member is not reachable by all of them, or is again.</summary>
    public void Reported(MemberId member, bool isReachable, TimeSpan now)
    {
        var peer = Find(member);
        if (isReachable && peer.IsUnreachable)
        {
            peer.Since = now;
        }

        peer.IsUnreachable = !isReachable;
    }

    /// <summary>The connection broke: it is away until it answers again.</summary>
    public void Lost(MemberId member) => Find(member).Last = null;

    public void Forget(MemberId member) => _peers.Remove(member);

    /// <summary>How long the member has answered without a break; null when it is away.</summary>
    public TimeSpan? ActiveFor(MemberId member, TimeSpan now)
        => _peers.TryGetValue(member, out var peer) && peer.Last is { } last && now - last <= SilenceMax ? now - peer.Since : null;

    /// <summary>The same of a member that all others reach too.</summary>
    public TimeSpan? HealthyFor(MemberId member, TimeSpan now)
        => _peers.TryGetValue(member, out var peer) && !peer.IsUnreachable ? ActiveFor(member, now) : null;

    private Peer Find(MemberId member)
    {
        if (!_peers.TryGetValue(member, out var peer))
        {
            _peers.Add(member, peer = new Peer());
        }

        return peer;
    }

    private sealed class Peer
    {
        public TimeSpan Since { get; set; }

        public TimeSpan? Last { get; set; }

        public long Incarnation { get; set; }

        public bool IsUnreachable { get; set; }
    }
}
