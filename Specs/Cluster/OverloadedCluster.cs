using System.Globalization;
using ActorEtcd.Specs.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Cluster;

/// <summary>
/// Three members for the specs of overload, with the default timeouts. None gets more than a GiB for its heap, so one that needs
/// more ends, however much memory the machine has.
/// </summary>
public sealed class OverloadedCluster : IAsyncLifetime, IDisposable
{
    /// <summary>What a gateway of theirs lets wait, so that clients of one machine can reach it.</summary>
    public const int PendingBytesMax = 32 * 1024 * 1024;

    private const string HeapBytesMaxHex = "0x40000000";

    public static readonly TimeSpan ElectionTimeout = TimeSpan.FromMilliseconds(
        int.Parse(Environment.GetEnvironmentVariable("OVERLOAD_ELECTION_MS") ?? "1000", CultureInfo.InvariantCulture));

    private readonly TempDir _dir = new();

    public ThreeNodeCluster Cluster { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        string limits = Path.Combine(_dir.Path, "limits.conf");
        await File.WriteAllTextAsync(limits, $"akka.etcd.gateway.pending-bytes-max = {PendingBytesMax}\n");
        Cluster = await ThreeNodeCluster.StartAsync(
            ServerKind.ActorEtcd,
            static settings => settings with { Environment = new Dictionary<string, string> { ["DOTNET_GCHeapHardLimit"] = HeapBytesMaxHex } },
            "--election-timeout",
            ElectionTimeout.TotalMilliseconds.ToString(CultureInfo.InvariantCulture),
            "--hocon-file",
            limits);
    }

    public async Task DisposeAsync()
    {
        if (Cluster != null)
        {
            await Cluster.DisposeAsync();
        }
    }

    public void Dispose() => _dir.Dispose();
}
