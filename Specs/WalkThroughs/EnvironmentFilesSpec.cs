using System.Diagnostics;
using ActorEtcd.Specs.Host.Server;
using ActorEtcd.Specs.TestKit;
using Xunit;

namespace ActorEtcd.Specs.WalkThroughs;

/// <summary>
/// The guide to three nodes that were installed by a package: each has an etcd.conf of variables, which its service reads,
/// and etcdctl is used with the v2 API and then with the v3 API.
/// </summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class EnvironmentFilesSpec
{
    [Fact]
    public async Task Three_nodes_with_environment_files_serve_the_guides_commands()
    {
        using var dir = new TempDir();
        Node[] nodes = [new(), new(), new()];
        var runs = new List<ServerRun>();
        try
        {
            for (int i = 0; i < nodes.Length; i++)
            {
                string file = Path.Combine(dir.Path, $"etcd{i + 1}.conf");
                await File.WriteAllTextAsync(file, ConfOf(nodes, i));
                runs.Add(Start(file, dir.Path));
            }

            await Task.WhenAll(runs.Select(run => run.ServesAsync()));
            await TypeV2Async(new GuideShell(dir.Path, ("ETCDCTL_API", "2"), ("ETCDCTL_ENDPOINTS", nodes[0].ClientUrl)), nodes);
            await TypeV2ReadsAsync(new GuideShell(dir.Path, ("ETCDCTL_API", "2"), ("ETCDCTL_ENDPOINTS", nodes[2].ClientUrl)));
            await TypeV3Async(new GuideShell(
                dir.Path, ("ETCDCTL_API", "3"), ("ETCDCTL_ENDPOINTS", string.Join(',', nodes.Select(node => node.ClientUrl)))));
        }
        finally
        {
            foreach (ServerRun run in runs)
            {
                await run.DisposeAsync();
            }

            Array.ForEach(nodes, node => node.Dispose());
        }
    }

    private static async Task TypeV2Async(GuideShell shell, Node[] nodes)
    {
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal($"{i}", await shell.TypeAsync($"etcdctl set testdir/testkey{i} {i}"));
        }

        string members = await shell.TypeAsync("etcdctl member list");
        Assert.Equal(3, members.Split('\n').Length);
        Assert.Single(members.Split('\n'), line => line.EndsWith("isLeader=true", StringComparison.Ordinal));
        Assert.All(nodes, node => Assert.Contains($"clientURLs={node.ClientUrl}", members, StringComparison.Ordinal));
        await shell.TypeUntilAsync("etcdctl cluster-health", "cluster is healthy");
    }

    private static async Task TypeV2ReadsAsync(GuideShell shell)
    {
        Assert.Equal("2", await shell.TypeAsync("etcdctl get --quorum testdir/testkey2"));
        Assert.Equal("/testdir", await shell.TypeAsync("etcdctl ls /"));
        Assert.Equal("/testdir/testkey0\n/testdir/testkey1\n/testdir/testkey2", await shell.TypeAsync("etcdctl ls /testdir"));
        Assert.Equal("2", await shell.TypeAsync("etcdctl get testdir/testkey2"));
    }

    private static async Task TypeV3Async(GuideShell shell)
    {
        Assert.Equal("OK", await shell.TypeAsync("etcdctl put /testdir/testkey \"Hello world\""));
        Assert.Equal("OK", await shell.TypeAsync("etcdctl put /testdir/another \"Hello again\""));
        Assert.Equal("/testdir/testkey\nHello world", await shell.TypeAsync("etcdctl get /testdir/testkey"));
        Assert.Equal(
            "/testdir/another\nHello again\n/testdir/testkey\nHello world",
            await shell.TypeAsync("etcdctl get / --prefix --sort-by=KEY --order=ASCEND"));
        Assert.Equal(
            "/testdir/another\nHello again\n/testdir/testkey\nHello world",
            await shell.TypeAsync("etcdctl get / --prefix --sort-by=CREATE --order=DESCEND"));
        Assert.Equal("Hello world", await shell.TypeAsync("etcdctl get /testdir/testkey --consistency=l --print-value-only"));
        await Poll.UntilAsync("the value on whichever member answers", TimeSpan.FromSeconds(90), async () =>
            await shell.TypeAsync("etcdctl get /testdir/testkey --consistency=s --print-value-only") == "Hello world");

        // Each half waits for the other: the watcher hears the first put that comes after it began.
        using Process watch = shell.Start("exec etcdctl watch key1");
        Task<string?> first = watch.StandardOutput.ReadLineAsync();
        await Poll.UntilAsync("an event of key1", TimeSpan.FromSeconds(90), async () =>
        {
            await shell.TypeAsync("etcdctl put key1 \"a b\"");
            return first.IsCompleted;
        });
        Assert.Equal("PUT", await first);
        Assert.Equal("key1", await watch.StandardOutput.ReadLineAsync());
        Assert.Equal("a b", await watch.StandardOutput.ReadLineAsync());
        watch.Kill();

        Assert.Equal("2", await shell.TypeAsync("etcdctl del / --prefix"));
        Assert.Equal(string.Empty, await shell.TypeAsync("etcdctl get / --prefix"));
        Assert.Equal(3, (await shell.TypeAsync("etcdctl member list")).Split('\n').Length);
        Assert.Equal(3, (await shell.TryAsync("etcdctl endpoint health")).All.Split("is healthy").Length - 1);
    }

    private static ServerRun Start(string file, string directory)
    {
        ProcessStartInfo server = ActorEtcdProcess.Executable();
        string command = string.Join(' ', server.ArgumentList.Prepend(server.FileName).Select(static part => $"'{part}'"));
        return ServerRun.Start(new ProcessStartInfo("/bin/bash"), ["-c", $"set -a; . {file}; exec {command}"], workingDirectory: directory);
    }

    private static string ConfOf(Node[] nodes, int index) => $"""
        # [member]
        ETCD_NAME=etcd{index + 1}
        ETCD_DATA_DIR="{nodes[index].DataDir}"
        #ETCD_WAL_DIR=""
        #ETCD_SNAPSHOT_COUNT="10000"
        #ETCD_HEARTBEAT_INTERVAL="100"
        #ETCD_ELECTION_TIMEOUT="1000"
        ETCD_LISTEN_PEER_URLS="{nodes[index].PeerUrl}"
        ETCD_LISTEN_CLIENT_URLS="{nodes[index].ClientUrl}"
        ETCD_MAX_SNAPSHOTS="5"
        ETCD_MAX_WALS="5"
        #ETCD_CORS=""
        #
        #[cluster]
        ETCD_INITIAL_ADVERTISE_PEER_URLS="{nodes[index].PeerUrl}"
        ETCD_INITIAL_CLUSTER="{string.Join(',', nodes.Select((node, i) => $"etcd{i + 1}={node.PeerUrl}"))}"
        ETCD_INITIAL_CLUSTER_STATE="new"
        ETCD_INITIAL_CLUSTER_TOKEN="etcd-cluster"
        ETCD_ADVERTISE_CLIENT_URLS="{nodes[index].ClientUrl}"
        #
        #[proxy]
        ETCD_PROXY="off"
        """;
}
