namespace ActorEtcd.Raft;

/// <summary>Passes over everything.</summary>
public sealed class SilentSnapshotObserver : ISnapshotObserver
{
    public static readonly SilentSnapshotObserver Instance = new();

    private SilentSnapshotObserver()
    {
    }

    public void SendBegins(MemberId to)
    {
    }

    public void SendEnded(MemberId to, bool isSuccess)
    {
    }

    public void ReceiveBegins(MemberId from)
    {
    }

    public void ReceiveEnded(MemberId from, bool isSuccess)
    {
    }

    public void InstallChanged(bool isUnderWay)
    {
    }
}
