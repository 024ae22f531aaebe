namespace ActorEtcd.Members;

/// <summary>Since when each other member answers without a break. Single owner: the members actor.</summary>
public sealed class PeerActivity
{
    /// <summary>A member that was silent for so long is away; some probes fit in, so that a lost one does not count.</summary>
    public static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(2.5);

    private readonly Dictionary<MemberId, (TimeSpan Since, TimeSpan Last)> _peers = [];

    public void Heard(MemberId member, TimeSpan now)
    {
        var since = ActiveFor(member, now) is null ? now : _peers[member].Since;
        _peers[member] = (since, now);
    }

    public void Forget(MemberId member) => _peers.Remove(member);

    /// <summary>How long the member has answered without a break; null when it is away.</summary>
    public TimeSpan? ActiveFor(MemberId member, TimeSpan now)
        => _peers.TryGetValue(member, out var peer) && now - peer.Last <= SilenceMax ? now - peer.Since : null;
}
