using ActorEtcd.Specs.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Host.Server;

/// <summary>What is set in files: keys of the actor system, and where log lines go.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class ExpertSpec
{
    private const int SegmentBytes = 1024 * 1024;

    [Fact]
    public async Task Keys_of_the_hocon_file_go_over_everything_else()
    {
        using var node = new Node();
        string file = Path.Combine(node.Directory, "expert.conf");
        await File.WriteAllTextAsync(file, $"akka.persistence.journal.etcd-wal.segment-bytes = {SegmentBytes}");
        await using ServerRun run = await node.ServeAsync("--hocon-file", file);
        await node.PutAsync("k", "v");

        Assert.Equal(SegmentBytes, new FileInfo(Directory.GetFiles(Path.Combine(node.MemberDir, "wal"), "*.wal").First()).Length);
    }

    [Fact]
    public async Task Hocon_file_that_is_none_is_refused()
    {
        using var node = new Node();
        string file = Path.Combine(node.Directory, "expert.conf");
        await File.WriteAllTextAsync(file, "akka { loglevel = ${nowhere} }");
        await using ServerRun run = await ServerRun.ToEndAsync(node.Arguments("--hocon-file", file));

        Assert.Equal(1, await run.ExitCodeAsync());
        Assert.StartsWith($"actor-etcd: --hocon-file {file}: ", Assert.Single(run.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Log_goes_to_several_places_and_the_file_is_rotated()
    {
        using var node = new Node();
        string file = Path.Combine(node.Directory, "logs", "etcd.log");
        string[] flags = ["--log-outputs", $"stdout,{file}", "--enable-log-rotation"];
        await using (ServerRun run = ServerRun.Start(node.Arguments(flags)))
        {
            await Poll.UntilAsync(
                "the ready line",
                TimeSpan.FromSeconds(120),
                () => Task.FromResult(run.Output.Any(line => line.Contains("ready to serve client requests", StringComparison.Ordinal))));
            Assert.Equal(0, await run.EndAsync());
            Assert.Empty(run.Errors);
            Assert.Equal(run.Output, await File.ReadAllLinesAsync(file));
        }

        // A sparse file is full at once.
        using (FileStream grow = File.OpenWrite(file))
        {
            grow.SetLength(101L * 1024 * 1024);
        }

        await using (ServerRun third = ServerRun.Start(node.Arguments(flags)))
        {
            await Poll.UntilAsync("a file put aside", TimeSpan.FromSeconds(120), () => Task.FromResult(Directory.GetFiles(Path.GetDirectoryName(file)!).Length == 2));
        }
    }

    [Fact]
    public async Task Old_guides_start_three_members_that_find_each_other()
    {
        Node[] nodes = [new(), new(), new()];
        var runs = new List<ServerRun>();
        try
        {
            for (int i = 0; i < nodes.Length; i++)
            {
                string others = string.Join(',', nodes.Where((_, other) => other != i).Select(node => $"127.0.0.1:{node.PeerPort}"));
                runs.Add(ServerRun.Start(
                [
                    "-name", $"machine{i + 1}", "-data-dir", nodes[i].DataDir,
                    "-peer-addr", $"127.0.0.1:{nodes[i].PeerPort}", "-addr", $"127.0.0.1:{nodes[i].ClientPort}", "-peers", others, "-v",
                ]));
            }

            await Task.WhenAll(runs.Select(run => run.ServesAsync()));
            await nodes[0].PutAsync("k", "v");
            Assert.Equal(["k=v"], await nodes[2].ContentAsync());
            Assert.Contains(runs[0].Errors, line => line.Contains("flag \\\"-v\\\" is no longer supported - ignoring.", StringComparison.Ordinal));
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
}
