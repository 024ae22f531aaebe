using ActorEtcd.Specs.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Host.Server;

/// <summary>Files that were changed behind the server's back: a torn tail is mended, anything else is refused by name and place.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class DamageSpec
{
    [Fact]
    public async Task Changed_byte_in_the_log_is_refused_with_file_and_offset()
    {
        using var node = new Node();
        await FillAsync(node);
        string log = Directory.EnumerateFiles(Path.Combine(node.MemberDir, "wal"), "*.wal").Order(StringComparer.Ordinal).First();
        Flip(log, offset: 200);

        await RefusedAsync(node, log, "is damaged at offset");
    }

    [Fact]
    public async Task Changed_byte_in_a_segment_is_refused_with_file_and_offset()
    {
        using var node = new Node();
        await FillAsync(node);
        string segment = Directory.EnumerateFiles(Path.Combine(node.MemberDir, "segments")).Order(StringComparer.Ordinal).First();
        Flip(segment, offset: 100);

        await RefusedAsync(node, segment, "offset");
    }

    [Fact]
    public async Task Changed_byte_in_the_only_checkpoint_is_refused_with_file_and_offset()
    {
        using var node = new Node();
        await FillAsync(node);
        string[] checkpoints = Directory.GetFiles(Path.Combine(node.MemberDir, "snap"));
        foreach (string checkpoint in checkpoints)
        {
            Flip(checkpoint, offset: new FileInfo(checkpoint).Length / 2);
        }

        // It is passed over with a warning; without an older one the log alone is not enough.
        string newest = checkpoints.Order(StringComparer.Ordinal).Last();
        ServerRun run = await RefusedAsync(node, newest, "is damaged at offset 16");
        Assert.Contains("are needed", run.Errors[^1], StringComparison.Ordinal);
        Assert.Contains(run.Errors, line => line.Contains("\"warn\"", StringComparison.Ordinal) && line.Contains(newest, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Torn_tail_of_the_log_is_cut_off_and_told()
    {
        using var node = new Node();
        await FillAsync(node, "--snapshot-count", "1000000");
        string log = Directory.EnumerateFiles(Path.Combine(node.MemberDir, "wal"), "*.wal").Order(StringComparer.Ordinal).Last();
        Zero(log, LastWrittenByte(log) - 20);

        await using ServerRun run = await node.ServeAsync();
        Assert.Contains(run.Errors, line => line.Contains("\"warn\"", StringComparison.Ordinal) && line.Contains(log, StringComparison.Ordinal));
        Assert.NotEmpty(await node.ContentAsync());
    }

    private static async Task FillAsync(Node node, params string[] more)
    {
        string[] flags = more.Length > 0 ? more : ["--snapshot-count", "20"];
        await using ServerRun run = await node.ServeAsync([.. flags, "--log-level", "info"]);
        for (int i = 0; i < 30; i++)
        {
            await node.PutAsync($"key-{i:d2}", new string('v', 100));
        }

        if (more.Length == 0)
        {
            await run.SaysAsync("saved snapshot");

            // What the snapshot covers leaves the log behind it: when a later write is there, that is done.
            await node.PutAsync("later", "v");
        }

        await run.KillAsync();
    }

    private static async Task<ServerRun> RefusedAsync(Node node, string file, string reason)
    {
        await using ServerRun run = await ServerRun.ToEndAsync(node.Arguments());
        Assert.True(await run.ExitCodeAsync() == 1, run.Story());
        string line = run.Errors[^1];
        Assert.StartsWith("actor-etcd: ", line, StringComparison.Ordinal);
        Assert.Contains(file, line, StringComparison.Ordinal);
        Assert.Contains(reason, line, StringComparison.Ordinal);
        Assert.DoesNotContain(run.Errors, other => other.Contains("\"error\"", StringComparison.Ordinal));
        Assert.Empty(run.Output);
        return run;
    }

    private static void Flip(string file, long offset)
    {
        using FileStream stream = File.Open(file, FileMode.Open);
        stream.Position = offset;
        int value = stream.ReadByte();
        stream.Position = offset;
        stream.WriteByte((byte)(value ^ 0x55));
    }

    // As a crash leaves it: the rest of the record was not written.
    private static void Zero(string file, long from)
    {
        using FileStream stream = File.Open(file, FileMode.Open);
        stream.Position = from;
        stream.Write(new byte[64]);
    }

    // Segments of the log are made of zeros beforehand.
    private static long LastWrittenByte(string file)
    {
        byte[] content = File.ReadAllBytes(file);
        return content.AsSpan().LastIndexOfAnyExcept((byte)0);
    }
}
