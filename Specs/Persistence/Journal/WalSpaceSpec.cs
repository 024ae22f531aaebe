using ActorEtcd.Persistence.Journal;
using Xunit;

namespace ActorEtcd.Specs.Persistence.Journal;

/// <summary>A log whose disk is full for a while.</summary>
public sealed class WalSpaceSpec
{
    private const int NoSpaceError = 28;

    private static readonly string[] Large = [new('x', 600), new('y', 600), new('z', 600)];

    private readonly MemoryFileSystem _files = new();
    private readonly RoomObserver _room = new();
    private readonly WalOptions _options;

    public WalSpaceSpec() => _options = WalHarness.Options(_files) with
    {
        Observer = _room,
        SpaceRetry = TimeSpan.FromMilliseconds(5),
    };

    private RecordingFatalHandler Fatal => (RecordingFatalHandler)_options.FatalHandler;

    [Theory]
    [InlineData("write")]
    [InlineData("create")]
    [InlineData("reserve")]
    [InlineData("truncate")]
    [InlineData("rename")]
    public void Step_without_room_is_done_again_until_there_is_some_and_nothing_is_lost(string step)
    {
        string[] all = ["good", .. Large, "after"];
        using (var wal = WalHarness.Open(_options))
        {
            wal.AppendBatch(all[0]);
            var isFull = true;
            _files.Before = operation => FailIf(Volatile.Read(ref isFull) && operation.StartsWith(step, StringComparison.Ordinal));
            var appends = Large.Select(text => wal.Append(text)).ToArray();
            WalHarness.Finish(_room.IsNone, "the log to be without room");
            Assert.False(appends[^1].IsCompleted);

            // What a loss of power finds now is what was acknowledged, and maybe more of what was on its way.
            var acknowledged = 1 + appends.Count(static append => append.IsCompletedSuccessfully);
            var found = WalHarness.ReadAll(WalHarness.Options(_files.Copy())).Records;
            Assert.InRange(found.Count, acknowledged, all.Length);
            Assert.Equal(all.Take(found.Count), found);

            Volatile.Write(ref isFull, false);
            WalHarness.Finish(Task.WhenAll(appends), "the appends to be durable");
            wal.AppendBatch(all[^1]);
            Assert.NotEqual(WalSpace.None, _room.Last);
        }

        Assert.Equal(0, Fatal.Count);
        _files.Before = null;
        Assert.Equal(all, WalHarness.ReadAll(WalHarness.Options(_files)).Records);
    }

    [Fact]
    public void Closing_ends_the_wait_and_acknowledges_nothing()
    {
        var wal = WalHarness.Open(_options);
        wal.AppendBatch("good");
        _files.Before = static operation => FailIf(operation.StartsWith("write", StringComparison.Ordinal));
        var append = wal.Append("lost");
        WalHarness.Finish(_room.IsNone, "the log to be without room");

        WalHarness.Finish(Task.Run(wal.Dispose), "the log to close");

        Assert.Throws<WalFailedException>(() => WalHarness.Finish(append, "the append to fail"));
        Assert.Equal(0, Fatal.Count);
        _files.Before = null;
        Assert.Equal(["good"], WalHarness.ReadAll(WalHarness.Options(_files)).Records);
    }

    /// <summary>After a flush that failed, another one of the same file tells nothing: the memory file system forgets as Linux does.</summary>
    [Theory]
    [InlineData("flush", 1)]
    [InlineData("flush", 4)]
    [InlineData("flush all", 1)]
    [InlineData("flush all", 2)]
    [InlineData("flush all", 3)]
    [InlineData("flush all", 5)]
    public void Flush_without_room_is_answered_with_a_fresh_file_and_what_is_acknowledged_survives_a_loss_of_power(string flush, int times)
    {
        string[] all = ["good", .. Large, "after", .. Large, "last"];
        using (var wal = WalHarness.Open(_options))
        {
            wal.AppendBatch(all[0]);
            var left = times;
            _files.Before = operation => FailIf(operation == flush && Interlocked.Decrement(ref left) >= 0);
            for (var next = 1; next < all.Length; next++)
            {
                wal.AppendBatch(all[next]);
                Assert.Equal(all.Take(next + 1), WalHarness.ReadAll(WalHarness.Options(_files.DurableCopy())).Records);
                for (var seed = 0; seed < 10; seed++)
                {
                    var crashed = _files.CrashedCopy(new Random(seed));
                    Assert.Equal(all.Take(next + 1), WalHarness.ReadAll(WalHarness.Options(crashed)).Records);
                }
            }

            Assert.True(left < 0, $"{left} flushes have not failed");
        }

        Assert.Equal(0, Fatal.Count);
        _files.Before = null;
        Assert.Equal(all, WalHarness.ReadAll(WalHarness.Options(_files)).Records);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(0)]
    public void Flush_that_fails_for_another_reason_is_fatal(int error)
    {
        using var wal = WalHarness.Open(_options);
        _files.Before = operation =>
        {
            if (operation == "flush")
            {
                throw new IOException("the disk is broken") { HResult = error };
            }
        };
        var append = wal.Append("b");

        Assert.Throws<WalFailedException>(() => WalHarness.Finish(append, "the append to fail"));
        Assert.Equal(1, Fatal.Count);
    }

    [Fact]
    public void Flush_without_room_for_long_acknowledges_nothing_and_a_loss_of_power_meanwhile_loses_nothing()
    {
        using var wal = WalHarness.Open(_options);
        wal.AppendBatch("good");
        var isFull = true;
        _files.Before = operation => FailIf(Volatile.Read(ref isFull) && operation.StartsWith("flush", StringComparison.Ordinal));
        var append = wal.Append("waits");
        WalHarness.Finish(_room.IsNone, "the log to be without room");
        Assert.False(append.IsCompleted);
        Assert.Equal("good", WalHarness.ReadAll(WalHarness.Options(_files.DurableCopy())).Records[0]);

        Volatile.Write(ref isFull, false);
        WalHarness.Finish(append, "the append to be durable");
        Assert.Equal(["good", "waits"], WalHarness.ReadAll(WalHarness.Options(_files.DurableCopy())).Records);
    }

    [Fact]
    public void Log_that_is_opened_without_room_for_the_rest_of_its_segment_goes_on_when_there_is_some()
    {
        using (var wal = WalHarness.Open(_options))
        {
            wal.AppendBatch("good");
        }

        // What a crash in mid-write leaves: the end of the file is cut, and with it what was reserved.
        var last = _files.Files.Single(static file => file.Key.EndsWith(".wal", StringComparison.Ordinal)).Value;
        last.Bytes = last.Bytes[..^200];
        var isFull = true;
        _files.Before = operation => FailIf(
            Volatile.Read(ref isFull) && (operation is "reserve" || operation.StartsWith("write", StringComparison.Ordinal)));
        using (var wal = WalHarness.Open(_options))
        {
            var append = wal.Append("after");
            WalHarness.Finish(_room.IsNone, "the log to be without room");
            Volatile.Write(ref isFull, false);
            WalHarness.Finish(append, "the append to be durable");
        }

        Assert.Equal(["good", "after"], WalHarness.ReadAll(WalHarness.Options(_files)).Records);
    }

    private static void FailIf(bool isFull)
    {
        if (isFull)
        {
            throw new IOException("No space left on device") { HResult = NoSpaceError };
        }
    }
}
