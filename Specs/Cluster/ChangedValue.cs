using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using ActorEtcd.Log;
using ActorEtcd.Persistence.Journal;
using ActorEtcd.Persistence.Serialization;
using ActorEtcd.Specs.TestKit;
using ActorEtcd.Store;
using Akka.Actor;
using Xunit;

namespace ActorEtcd.Specs.Cluster;

/// <summary>
/// One value in the files of a stopped member, changed into another of the same length, with every checksum made anew: what
/// the member alone cannot notice.
/// </summary>
internal static class ChangedValue
{
    private const int SnapshotCrcOffset = 12;
    private const int SnapshotCoveredFrom = 16;
    private const int SnapshotManifestLengthOffset = 20;
    private const int SnapshotHeaderBytes = 24;

    /// <summary>In the write-ahead log, which must be of one file: read and written again by the log's own code.</summary>
    public static Task InLogAsync(MemberProcess member, string before, string after) =>
        InLogAsync(member, Encoding.UTF8.GetBytes(before), Encoding.UTF8.GetBytes(after));

    /// <inheritdoc cref="InLogAsync(MemberProcess, string, string)"/>
    public static async Task InLogAsync(MemberProcess member, byte[] before, byte[] after)
    {
        string directory = Path.Combine(member.Settings.DataDir, "member", "wal");
        string copy = directory + ".copy";
        byte[] header = await File.ReadAllBytesAsync(Assert.Single(Directory.GetFiles(directory, "*.wal")));
        var options = new WalOptions
        {
            Directory = directory,
            ClusterId = BinaryPrimitives.ReadUInt64LittleEndian(header.AsSpan(16)),
            MemberId = BinaryPrimitives.ReadUInt64LittleEndian(header.AsSpan(24)),
        };
        var records = new List<(byte Type, byte[] Payload)>();
        WalWriter.Open(options, (in record) => records.Add((record.Type, record.Payload.ToArray()))).Dispose();

        // A request that a client has repeated is there more than once.
        Assert.NotEqual(0, records.Sum(record => Change(record.Payload, before, after)));
        var written = new PendingFlush();
        using (var writer = WalWriter.Open(options with { Directory = copy }, static (in _) => { }))
        {
            Append(writer, records, written);
            await written.Task;
        }

        Directory.Delete(directory, recursive: true);
        Directory.Move(copy, directory);
    }

    /// <summary>In the newest checkpoint: in one of its segments, and the segment's checksum in the manifest.</summary>
    public static async Task InCheckpointAsync(MemberProcess member, string before, string after)
    {
        string root = Path.Combine(member.Settings.DataDir, "member");
        string snapshot = Directory.GetFiles(Path.Combine(root, "snap"), "*.snap").Max(StringComparer.Ordinal)!;
        using var system = ActorSystem.Create("files");
        var serializer = new LogEventSerializer((ExtendedActorSystem)system);
        byte[] content = await File.ReadAllBytesAsync(snapshot);
        int manifestLength = BinaryPrimitives.ReadInt32LittleEndian(content.AsSpan(SnapshotManifestLengthOffset));
        int payloadAt = SnapshotHeaderBytes + manifestLength;
        string kind = Encoding.UTF8.GetString(content, SnapshotHeaderBytes, manifestLength);
        var saved = (LogSnapshot)serializer.FromBinary(content[payloadAt..], kind);

        SegmentInfo[] segments = [.. saved.Manifest.Store.Segments];
        int changed = 0;
        foreach (string file in Directory.GetFiles(Path.Combine(root, "segments"), "*.seg"))
        {
            byte[] bytes = await File.ReadAllBytesAsync(file);
            int at = Array.FindIndex(segments, info => info.Length <= bytes.Length && info.Crc == Crc32C.Compute(bytes.AsSpan(0, info.Length)));
            if (at >= 0 && ChangeRecords(bytes.AsSpan(0, segments[at].Length), before, after))
            {
                segments[at] = segments[at] with { Crc = Crc32C.Compute(bytes.AsSpan(0, segments[at].Length)) };
                await File.WriteAllBytesAsync(file, bytes);
                changed++;
            }
        }

        Assert.NotEqual(0, changed);
        var manifest = saved.Manifest with { Store = saved.Manifest.Store with { Segments = [.. segments] } };
        byte[] whole = [.. content[..payloadAt], .. serializer.ToBinary(saved with { Manifest = manifest })];
        BinaryPrimitives.WriteUInt32LittleEndian(whole.AsSpan(SnapshotCrcOffset), Crc32C.Compute(whole.AsSpan(SnapshotCoveredFrom)));
        await File.WriteAllBytesAsync(snapshot, whole);
    }

    private static void Append(WalWriter writer, List<(byte Type, byte[] Payload)> records, PendingFlush written)
    {
        using var append = writer.BeginAppend();
        foreach ((byte type, byte[] payload) in records)
        {
            append.BeginRecord().Write(payload);
            append.EndRecord(type);
        }

        append.Commit(written);
    }

    private static bool ChangeRecords(Span<byte> segment, string before, string after)
    {
        int offset = Segment.HeaderSize;
        bool isChanged = false;
        while (offset < segment.Length)
        {
            var frame = RecordFrame.At(segment[offset..]);
            Span<byte> record = segment.Slice(offset, frame.Length);
            if (Change(record[RecordFrame.HeaderSize..], Encoding.UTF8.GetBytes(before), Encoding.UTF8.GetBytes(after)) > 0)
            {
                RecordFrame.Complete(record, frame.Main, frame.Sub, frame.IsTombstone);
                isChanged = true;
            }

            offset += frame.Length;
        }

        return isChanged;
    }

    private static int Change(Span<byte> bytes, byte[] before, byte[] after)
    {
        Assert.Equal(before.Length, after.Length);
        int changed = 0;
        for (int at = bytes.IndexOf(before); at >= 0; at = bytes.IndexOf(before))
        {
            after.CopyTo(bytes[at..]);
            changed++;
        }

        return changed;
    }
}
