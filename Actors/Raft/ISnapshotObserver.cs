namespace ActorEtcd.Raft;

/// <summary>
/// Hears of checkpoints that go from member to member, for metrics. Called by the Raft actor: must be quick and must not throw.
/// Each beginning has one end.
/// </summary>
public interface ISnapshotObserver
{
    /// <summary>A follower is told to get this leader's checkpoint.</summary>
    void SendBegins(MemberId to);

    /// <summary>It goes on with entries, or it does not, or this member leads no more.</summary>
    void SendEnded(MemberId to, bool isSuccess);

    /// <summary>This member gets the leader's checkpoint.</summary>
    void ReceiveBegins(MemberId from);

    /// <summary>All of it is on this disk, or it was given up.</summary>
    void ReceiveEnded(MemberId from, bool isSuccess);

    /// <summary>Whether the state is being replaced by a checkpoint.</summary>
    void InstallChanged(bool isUnderWay);
}
