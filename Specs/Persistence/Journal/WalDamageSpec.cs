using System.Numerics;
using ActorEtcd.Persistence.Journal;
using Xunit;
using Xunit.Abstractions;

namespace ActorEtcd.Specs.Persistence.Journal;

/// <summary>Every way to cut, flip, lose, swap or mix up the files of a log, and what opening it does.</summary>
public class WalDamageSpec(ITestOutputHelper output)
{
    private const int SegmentBytes = 1024;
    private static readonly string[] Records = [.. Enumerable.Range(0, 12).Select(i => $"{i:D2}:{new string('r', 150)}")];

    [Fact]
    public void Last_segment_cut_anywhere_after_its_header_keeps_the_whole_records_before_the_cut()
    {
        var files = ThreeSegments();
        var last = Last(files);
        var full = files.Files[last].Bytes;
        var kept = new SortedSet<int>();
        for (var length = 0; length < full.Length; length++)
        {
            var copy = files.Copy();
            copy.Files[last].Bytes = full[..length];
            if (length < WalSegmentHeaderSize)
            {
                var e = Assert.Throws<WalCorruptedException>(() => WalHarness.ReadAll(WalHarness.Options(copy)));
                Assert.Equal((last, 0L), (e.File, e.Offset));
                continue;
            }

            var (records, recovery) = WalHarness.ReadAll(WalHarness.Options(copy));
            Assert.Equal(Records[..records.Count], records);
            kept.Add(records.Count);
            var ends = (length - WalSegmentHeaderSize) % FrameSize == 0 || length >= WrittenEnd(full);
            Assert.True((recovery.TornTail is null) == ends, $"cut at {length}: {recovery.TornTail}");
        }

        output.WriteLine($"records kept: {string.Join(' ', kept)}");
        Assert.Equal(Records.Length, kept.Max);
        Assert.Equal(FirstOfLast(files), kept.Min);
    }

    [Fact]
    public void Write_cut_off_anywhere_in_reserved_space_is_torn()
    {
        var files = ThreeSegments();
        var last = Last(files);
        var full = files.Files[last].Bytes;
        for (var length = WalSegmentHeaderSize; length < WrittenEnd(full); length++)
        {
            var end = length + FrameSize - ((length - WalSegmentHeaderSize) % FrameSize);
            if (full[length..Math.Min(end, full.Length)].Sum(static octet => BitOperations.PopCount(octet)) == 1)
            {
                // It differs by a single bit from a record that was acknowledged, and so may be one.
                continue;
            }

            var copy = files.Copy();
            copy.Files[last].Bytes.AsSpan(length).Clear();
            var (records, _) = WalHarness.ReadAll(WalHarness.Options(copy));
            Assert.Equal(Records[..records.Count], records);
        }
    }

    [Fact]
    public void End_mark_that_lost_one_bit_does_not_pass_for_a_write_that_was_cut_off()
    {
        var (files, last) = LastRecordWhoseMarkEndsInOneBit();
        var bytes = files.Files[last].Bytes;
        bytes[WrittenEnd(bytes) - 1] = 0;
        Assert.Throws<WalCorruptedException>(() => WalHarness.ReadAll(WalHarness.Options(files)));
    }

    [Fact]
    public void Any_changed_byte_is_refused_with_file_and_offset_or_lies_in_space_that_holds_no_record()
    {
        var files = ThreeSegments();
        var (refused, blank) = (0, 0);
        foreach (var (path, file) in files.Files)
        {
            if (!path.EndsWith(".wal", StringComparison.Ordinal))
            {
                continue;
            }

            var written = WrittenEnd(file.Bytes);
            for (var at = 0; at < file.Bytes.Length; at++)
            {
                var copy = files.Copy();
                copy.Files[path].Bytes[at] ^= (byte)(1 << (at % 8));
                if (at >= written)
                {
                    var (records, recovery) = WalHarness.ReadAll(WalHarness.Options(copy));
                    Assert.Equal(Records, records);
                    Assert.Equal(written, recovery.TornTail?.Offset);
                    blank++;
                    continue;
                }

                var e = Assert.Throws<WalCorruptedException>(() => WalHarness.ReadAll(WalHarness.Options(copy)));
                Assert.Equal(path, e.File);
                Assert.InRange(e.Offset, 0, at);
                refused++;
            }
        }

        output.WriteLine($"refused {refused}, harmless in blank space {blank}");
    }

    [Fact]
    public void Repaired_log_goes_on_and_stays_readable()
    {
        var files = ThreeSegments();
        var last = Last(files);
        files.Files[last].Bytes = files.Files[last].Bytes[..(WrittenEnd(files.Files[last].Bytes) - 5)];
        using (var wal = WalHarness.Open(WalHarness.Options(files)))
        {
            Assert.Contains("removed", wal.Recovery.TornTail!.ToString(), StringComparison.Ordinal);
            wal.AppendBatch("more");
        }

        var (records, recovery) = WalHarness.ReadAll(WalHarness.Options(files));
        Assert.Equal([.. Records[..^1], "more"], records);
        Assert.Null(recovery.TornTail);
    }

    [Fact]
    public void Batch_whose_sectors_arrived_out_of_order_is_torn_but_not_once_a_later_batch_follows()
    {
        var files = new MemoryFileSystem();
        var options = WalHarness.Options(files, 1 << 16);
        MemoryFileSystem lastBatch;
        using (var wal = WalHarness.Open(options))
        {
            wal.AppendBatch("before");
            wal.AppendBatch(new string('a', 900), new string('b', 900), new string('c', 900));
            lastBatch = files.Copy();
            wal.AppendBatch("after");
        }

        lastBatch.Files[Last(lastBatch)].Bytes.AsSpan(512, 512).Clear();
        Assert.Equal(["before"], WalHarness.ReadAll(WalHarness.Options(lastBatch, 1 << 16)).Records);

        files.Files[Last(files)].Bytes.AsSpan(512, 512).Clear();
        var e = Assert.Throws<WalCorruptedException>(() => WalHarness.ReadAll(options));
        Assert.Contains("written later follow", e.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_segment_in_the_middle_is_refused()
    {
        var files = ThreeSegments();
        files.Files.Remove(Segments(files)[1]);
        var e = Assert.Throws<WalCorruptedException>(() => WalHarness.ReadAll(WalHarness.Options(files)));
        Assert.Contains("segment 1 before it is missing", e.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_first_segment_is_refused()
    {
        var files = ThreeSegments();
        files.Files.Remove(Segments(files)[0]);
        var e = Assert.Throws<WalCorruptedException>(() => WalHarness.ReadAll(WalHarness.Options(files)));
        Assert.Contains("segments 0 to 0 before it are missing", e.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Swapped_segments_are_refused()
    {
        var files = ThreeSegments();
        var paths = Segments(files);
        (files.Files[paths[0]], files.Files[paths[1]]) = (files.Files[paths[1]], files.Files[paths[0]]);
        var e = Assert.Throws<WalCorruptedException>(() => WalHarness.ReadAll(WalHarness.Options(files)));
        Assert.Equal((paths[0], 0L), (e.File, e.Offset));
    }

    [Fact]
    public void Segment_of_another_history_of_the_same_member_is_refused()
    {
        var files = ThreeSegments();
        var other = Write(Records.Select(record => record.Replace('r', 's')));
        var path = Segments(files)[1];
        files.Files[path] = other.Files[path];
        var e = Assert.Throws<WalCorruptedException>(() => WalHarness.ReadAll(WalHarness.Options(files)));
        Assert.Contains("does not continue", e.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Shortened_segment_that_has_a_successor_is_refused()
    {
        var files = ThreeSegments();
        var path = Segments(files)[1];
        files.Files[path].Bytes = files.Files[path].Bytes[..^FrameSize];
        var e = Assert.Throws<WalCorruptedException>(() => WalHarness.ReadAll(WalHarness.Options(files)));
        Assert.Equal(Segments(files)[2], e.File);
    }

    [Theory]
    [InlineData(0xC2, 0xA1, "it belongs to cluster c1, this member is of cluster c2")]
    [InlineData(0xC1, 0xA2, "it belongs to member a1, this member is a2")]
    public void Log_of_another_cluster_or_member_is_refused(ulong cluster, ulong member, string reason)
    {
        var options = WalHarness.Options(ThreeSegments()) with { ClusterId = cluster, MemberId = member };
        Assert.Equal(reason, Assert.Throws<WalForeignException>(() => WalHarness.ReadAll(options)).Reason);
    }

    [Fact]
    public void Half_made_next_segment_is_ignored()
    {
        var files = ThreeSegments();
        files.Files[WalHarness.Directory + "/next.tmp"] = new() { Bytes = [1, 2, 3] };
        Assert.Equal(Records, WalHarness.ReadAll(WalHarness.Options(files)).Records);
    }

    private const int WalSegmentHeaderSize = 64;

    /// <summary>24 bytes of frame and 153 of payload, padded to 8.</summary>
    private const int FrameSize = 184;

    private static (MemoryFileSystem Files, string Last) LastRecordWhoseMarkEndsInOneBit()
    {
        for (var attempt = 0; ; attempt++)
        {
            var files = new MemoryFileSystem();
            using (var wal = WalHarness.Open(WalHarness.Options(files)))
            {
                wal.AppendBatch($"record {attempt}");
            }

            var last = Last(files);
            var bytes = files.Files[last].Bytes;
            if (BitOperations.IsPow2(bytes[WrittenEnd(bytes) - 1]) && WrittenEnd(bytes) % 8 == 0)
            {
                return (files, last);
            }
        }
    }

    private static int WrittenEnd(byte[] bytes) => bytes.AsSpan().LastIndexOfAnyExcept((byte)0) + 1;

    private static string[] Segments(MemoryFileSystem files) =>
        [.. files.Files.Keys.Where(path => path.EndsWith(".wal", StringComparison.Ordinal)).Order()];

    private static string Last(MemoryFileSystem files) => Segments(files)[^1];

    private static int FirstOfLast(MemoryFileSystem files) =>
        Convert.ToInt32(Path.GetFileNameWithoutExtension(Last(files))[17..], 16);

    private static MemoryFileSystem ThreeSegments()
    {
        var files = Write(Records);
        Assert.Equal(3, Segments(files).Length);
        return files;
    }

    private static MemoryFileSystem Write(IEnumerable<string> records)
    {
        var files = new MemoryFileSystem();
        using var wal = WalHarness.Open(WalHarness.Options(files, SegmentBytes));
        foreach (var record in records)
        {
            wal.AppendBatch(record);
        }

        return files;
    }
}
