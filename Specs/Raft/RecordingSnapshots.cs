using ActorEtcd.Raft;

namespace ActorEtcd.Specs.Raft;

/// <summary>Writes down what it hears.</summary>
internal sealed class RecordingSnapshots : ISnapshotObserver
{
    public List<string> Heard { get; } = [];

    public void SendBegins(MemberId to) => Heard.Add($"to {to}");

    public void SendEnded(MemberId to, bool isSuccess) => Heard.Add($"to {to} {End(isSuccess)}");

    public void ReceiveBegins(MemberId from) => Heard.Add($"from {from}");

    public void ReceiveEnded(MemberId from, bool isSuccess) => Heard.Add($"from {from} {End(isSuccess)}");

    public void InstallChanged(bool isUnderWay) => Heard.Add(isUnderWay ? "install" : "installed");

    private static string End(bool isSuccess) => isSuccess ? "done" : "failed";
}
