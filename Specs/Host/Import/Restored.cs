using ActorEtcd.Host.Config;
using ActorEtcd.Host.Import;
using ActorEtcd.Specs.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Host.Import;

/// <summary>Short forms for specs that make data directories out of what etcd left.</summary>
internal static class Restored
{
    /// <summary>Restores as the flags of the member's settings say.</summary>
    public static Task<ImportResult> RestoreAsync(MemberSettings settings, string snapshot, long bump = 0, bool skipHashCheck = false)
        => SnapshotRestore.RunAsync(new RestoreOptions
        {
            SnapshotPath = snapshot,
            Name = settings.Name,
            DataDirectory = settings.DataDir,
            WalDirectory = null,
            InitialCluster = InitialMember.ParseCluster(settings.InitialCluster),
            InitialClusterToken = settings.Token,
            AdvertisePeerUrls = EtcdUrl.ParseList(settings.PeerUrl),
            RevisionBump = bump,
            SkipHashCheck = skipHashCheck,
        });

    public static async Task<string> SaveSnapshotAsync(MemberProcess member, string directory)
    {
        var file = Path.Combine(directory, $"snapshot-{Guid.NewGuid():n}.db");
        (await Etcdctl.RunAsync(member.Endpoint, "snapshot", "save", file)).Succeeded();
        return file;
    }

    /// <summary>Every file below a directory with its content's length, for what must not have been touched.</summary>
    public static string[] FilesIn(string directory) => Directory.Exists(directory)
        ? [.. Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Select(file => $"{file} {new FileInfo(file).Length}").Order(StringComparer.Ordinal)]
        : [];

    public static void AssertNothingIn(string parent, string dataDir)
        => Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(parent), entry => entry.StartsWith(dataDir, StringComparison.Ordinal));
}
