using ActorEtcd.Persistence.Journal;
using Xunit;
using Xunit.Abstractions;

namespace ActorEtcd.Specs.Persistence.Journal;

/// <summary>
/// Random batches, a power failure at a random moment that keeps any part of what was not flushed, and again on what it
/// left. Whatever was acknowledged must be there; what is there must be a prefix of what was written.
/// </summary>
public class WalCrashSpec(ITestOutputHelper output)
{
    private const int Seeds = 300;
    private const int CrashesPerSeed = 4;
    private const int SegmentBytes = 4096;

    [Fact]
    public void Acknowledged_records_survive_power_failures_at_any_moment()
    {
        var torn = 0;
        for (var seed = 0; seed < Seeds; seed++)
        {
            try
            {
                torn += Crash(new Random(seed));
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}: {e}");
            }
        }

        output.WriteLine($"{Seeds * CrashesPerSeed} power failures, {torn} torn tails removed");
        Assert.True(torn > Seeds / 10);
    }

    [Fact]
    public void Changed_byte_in_acknowledged_records_is_never_taken_for_a_torn_tail()
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            var random = new Random(seed);
            var files = new MemoryFileSystem();
            var written = new List<string>();
            using (var wal = WalHarness.Open(WalHarness.Options(files, SegmentBytes)))
            {
                for (var i = random.Next(1, 30); i > 0; i--)
                {
                    AppendRandomBatch(wal, random, written);
                }
            }

            var path = files.Files.Keys.Where(key => key.EndsWith(".wal", StringComparison.Ordinal)).Max()!;
            var bytes = files.Files[path].Bytes;
            var end = bytes.AsSpan().LastIndexOfAnyExcept((byte)0) + 1;
            bytes[random.Next(0, end)] ^= (byte)(1 << random.Next(8));
            Assert.True(
                Record.Exception(() => WalHarness.ReadAll(WalHarness.Options(files, SegmentBytes))) is WalCorruptedException,
                $"seed {seed}");
        }
    }

    [Fact]
    public void Segment_that_a_killed_process_began_outlasts_a_power_failure_after_the_next_start()
    {
        var disk = new MemoryFileSystem();
        using (var wal = WalHarness.Open(WalHarness.Options(disk, SegmentBytes)))
        {
            wal.AppendBatch("first");
            var isRenamed = false;
            disk.Before = operation =>
            {
                if (isRenamed)
                {
                    throw new IOException("the process is killed");
                }

                isRenamed = operation == "rename";
            };
            Assert.Throws<WalFailedException>(() => wal.AppendBatch(new string('s', SegmentBytes)));
        }

        disk.Before = null;
        using (var wal = WalHarness.Open(WalHarness.Options(disk, SegmentBytes)))
        {
            wal.AppendBatch("acknowledged");
        }

        var (records, _) = WalHarness.ReadAll(WalHarness.Options(disk.DurableCopy(), SegmentBytes));
        Assert.Equal(["first", "acknowledged"], records);
    }

    private static int Crash(Random random)
    {
        var torn = 0;
        var disk = new MemoryFileSystem();
        List<string> acknowledged = [];
        for (var crash = 0; crash < CrashesPerSeed; crash++)
        {
            var written = new List<string>();
            var options = WalHarness.Options(disk, SegmentBytes);
            using var wal = WalHarness.Open(options, written);
            torn += wal.Recovery.TornTail is null ? 0 : 1;
            Assert.True(acknowledged.Count <= written.Count, $"{acknowledged.Count} acknowledged, {written.Count} found");
            Assert.Equal(acknowledged, written[..acknowledged.Count]);
            (disk, acknowledged) = WriteUntilCrash(wal, disk, random, written);
        }

        WalHarness.ReadAll(WalHarness.Options(disk, SegmentBytes));
        return torn;
    }

    /// <summary>Returns the disk after the power failure and what had been acknowledged before it.</summary>
    private static (MemoryFileSystem Disk, List<string> Acknowledged) WriteUntilCrash(
        WalWriter wal, MemoryFileSystem disk, Random random, List<string> written)
    {
        var left = random.Next(1, 60);
        var image = new Random(random.Next());
        MemoryFileSystem? crashed = null;
        List<string> acknowledged = [.. written], atCrash = [];
        disk.Before = _ =>
        {
            if (--left == 0)
            {
                crashed = disk.CrashedCopy(image);
                lock (acknowledged)
                {
                    atCrash = [.. acknowledged];
                }
            }
        };
        while (Volatile.Read(ref left) > 0)
        {
            AppendRandomBatch(wal, random, written);
            lock (acknowledged)
            {
                acknowledged.Clear();
                acknowledged.AddRange(written);
            }
        }

        wal.Dispose();
        return (crashed!, atCrash);
    }

    private static void AppendRandomBatch(WalWriter wal, Random random, List<string> written)
    {
        var batch = new string[random.Next(1, 6)];
        for (var i = 0; i < batch.Length; i++)
        {
            batch[i] = $"{written.Count + i}{new string('r', random.Next(random.Next(2) == 0 ? 40 : 1500))}";
        }

        wal.AppendBatch(batch);
        written.AddRange(batch);
    }
}
