using System.Security.Cryptography;
using System.Text.Json;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Persistence.Bbolt;
using ActorEtcd.Specs.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Persistence.Bbolt;

/// <summary>Snapshots of ActorEtcd in the hands of etcd's own tools and server.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class SnapshotRpcSpec
{
    [Fact]
    public async Task Etcd_restored_from_a_snapshot_serves_every_revision_and_lease()
    {
        using var dir = new TempDir();
        await using var server = await SingleServer.StartAsync(ServerKind.ActorEtcd);
        var compacted = await History.MakeAsync(server.Channel);
        var file = Path.Combine(dir.Path, "snapshot.db");
        (await Etcdctl.RunAsync(server.Process.Endpoint, "snapshot", "save", file)).Succeeded();
        await AssertStatusAsync(server, file);

        await using var etcd = await EtcdRestore.StartAsync(dir.Path, file);
        await using var restored = await etcd.ConnectAsync();
        await History.AssertSameAsync(server.Channel, restored, compacted);
    }

    [Fact]
    public async Task Snapshot_stream_counts_down_and_ends_with_the_hash_of_all_before()
    {
        await using var server = await SingleServer.StartAsync(ServerKind.ActorEtcd);
        await History.MakeAsync(server.Channel);
        await using var call = server.Channel.ServerStreaming(EtcdMethods.Snapshot, new SnapshotRequest());
        var messages = new List<SnapshotResponse>();
        await foreach (var message in call.ReadAllAsync())
        {
            messages.Add(message);
        }

        var content = messages[..^1].SelectMany(message => message.Blob).ToArray();
        Assert.Equal(SHA256.HashData(content), messages[^1].Blob.ToByteArray());
        Assert.Equal(0UL, messages[^1].RemainingBytes);
        var left = (ulong)content.Length;
        foreach (var message in messages[..^1])
        {
            left -= (ulong)message.Blob.Length;
            Assert.Equal(left, message.RemainingBytes);
            Assert.Equal("3.6.0", message.Version);
        }

        Assert.All(messages[..^2], message => Assert.Equal(32 * 1024, message.Blob.Length));
    }

    [Fact]
    public async Task Snapshot_of_an_empty_server_restores()
    {
        using var dir = new TempDir();
        await using var server = await SingleServer.StartAsync(ServerKind.ActorEtcd);
        var file = Path.Combine(dir.Path, "snapshot.db");
        (await Etcdctl.RunAsync(server.Process.Endpoint, "snapshot", "save", file)).Succeeded();
        await using var etcd = await EtcdRestore.StartAsync(dir.Path, file);
        await using var restored = await etcd.ConnectAsync();
        Assert.Empty(await History.AtAsync(restored, 0));
    }

    private static async Task AssertStatusAsync(SingleServer server, string file)
    {
        var status = (await Etcdctl.RunAsync("", "snapshot", "status", file, "-w", "json")).Succeeded();
        using var json = JsonDocument.Parse(status);
        var revision = await History.RevisionAsync(server.Channel);
        Assert.Equal(revision, json.RootElement.GetProperty("revision").GetInt64());
        Assert.Equal(new FileInfo(file).Length - SHA256.HashSizeInBytes, json.RootElement.GetProperty("totalSize").GetInt64());
        using var reader = BboltReader.Open(file);
        var items = reader.Buckets.Sum(bucket => reader.Items(bucket).Count());
        Assert.Equal(items, json.RootElement.GetProperty("totalKey").GetInt32());
        Assert.NotEqual(0U, json.RootElement.GetProperty("hash").GetUInt32());
    }
}
