using System.Buffers;
using System.Text;
using ActorEtcd.Persistence.Journal;
using Xunit;

namespace ActorEtcd.Specs.Persistence.Journal;

/// <summary>Shortcuts for specs that write text records to a log and read them back.</summary>
internal static class WalHarness
{
    public const string Directory = "/wal";
    public const byte Text = 9;

    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static WalOptions Options(IWalFileSystem files, long segmentBytes = 1024) => new()
    {
        Directory = Directory,
        SegmentBytes = segmentBytes,
        ClusterId = 0xC1,
        MemberId = 0xA1,
        FileSystem = files,
        FatalHandler = new RecordingFatalHandler(),
    };

    public static WalWriter Open(WalOptions options, List<string>? records = null) => WalWriter.Open(
        options, (in record) => records?.Add(Encoding.UTF8.GetString(record.Payload)));

    /// <summary>Opens the log, returns what it holds, and closes it.</summary>
    public static (List<string> Records, WalRecovery Recovery) ReadAll(WalOptions options)
    {
        var records = new List<string>();
        using var wal = Open(options, records);
        return (records, wal.Recovery);
    }

    /// <summary>Appends the records as one append, which completes when they are durable.</summary>
    public static Task Append(this WalWriter wal, params string[] records)
    {
        var pending = new PendingFlush();
        using var append = wal.BeginAppend();
        foreach (var record in records)
        {
            append.BeginRecord().Write(Encoding.UTF8.GetBytes(record));
            append.EndRecord(Text);
        }

        append.Commit(pending);
        return pending.Task;
    }

    /// <summary>Appends and waits: a batch of its own.</summary>
    public static void AppendBatch(this WalWriter wal, params string[] records) =>
        Finish(wal.Append(records), "an append to be durable");

    public static void Finish(Task task, string what) =>
        Assert.True(Task.WhenAny(task, Task.Delay(Patience)).Result == task && Completed(task), $"waited for {what}");

    private static bool Completed(Task task)
    {
        task.GetAwaiter().GetResult();
        return true;
    }
}
