using ActorEtcd.Specs.TestKit;

namespace ActorEtcd.Specs.Persistence.Bbolt;

/// <summary>A real etcd started from a snapshot with its own tool.</summary>
internal static class EtcdRestore
{
    public static async Task<EtcdProcess> StartAsync(string parentDir, string snapshot)
    {
        var settings = MemberSettings.Alone(parentDir, "restored");
        (await Etcdctl.RunAsync(
            "",
            "snapshot",
            "restore",
            snapshot,
            "--name", settings.Name,
            "--data-dir", settings.DataDir,
            "--initial-cluster", settings.InitialCluster,
            "--initial-cluster-token", settings.Token,
            "--initial-advertise-peer-urls", settings.PeerUrl)).Succeeded();
        var etcd = new EtcdProcess(settings);
        try
        {
            await etcd.StartAndWaitAsync();
            return etcd;
        }
        catch
        {
            await etcd.DisposeAsync();
            throw;
        }
    }
}
