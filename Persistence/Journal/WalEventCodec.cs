using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using ActorEtcd.Persistence.Serialization;
using Akka.Actor;
using Akka.Persistence;
using AkkaSerialization = Akka.Serialization.Serialization;

namespace ActorEtcd.Persistence.Journal;

/// <summary>
/// Events to and from records. One atomic write is one record, so that a crash keeps all of it or nothing:
/// <code>
/// persistence id, count, then per event: flags, sequence number, serializer id, serializer manifest,
/// [adapter manifest], [writer], [timestamp], length of payload (4 bytes), payload
/// </code>
/// Every record says in full whose it is and how to decode it: none depends on another one that trimming may remove.
/// </summary>
internal sealed class WalEventCodec(AkkaSerialization serialization)
{
    private const int GuidBytes = 16;

    // Replay meets the same few texts over and over: the last one of each kind is kept.
    private string _persistenceId = "";
    private string _serializerManifest = "";
    private string _adapterManifest = "";
    private string _writer = "";
    private readonly byte[] _writerGuid = new byte[GuidBytes];

    /// <summary>Encodes the write as the record that was begun.</summary>
    public void Write(ref WalAppend append, AtomicWrite write)
    {
        var events = (IImmutableList<IPersistentRepresentation>)write.Payload;
        var output = append.BeginRecord();
        VarInt.WriteText(output, write.PersistenceId);
        VarInt.Write(output, (ulong)events.Count);
        for (var i = 0; i < events.Count; i++)
        {
            WriteEvent(ref append, output, events[i]);
        }

        append.EndRecord(WalRecordTypes.Events);
    }

    public string PersistenceId(in WalEvent read) => Text(read.PersistenceId, ref _persistenceId);

    public IPersistentRepresentation Decode(in WalEvent read)
    {
        var manifest = Text(read.SerializerManifest, ref _serializerManifest);
        var payload = serialization.Deserialize(read.Payload.ToArray(), read.SerializerId, manifest);
        return new Persistent(
            payload,
            read.SequenceNr,
            PersistenceId(read),
            Text(read.AdapterManifest, ref _adapterManifest),
            isDeleted: false,
            sender: ActorRefs.NoSender,
            writerGuid: Writer(read),
            timestamp: read.Timestamp);
    }

    public static void WriteDeletion(ref WalAppend append, WalDeletion deletion)
    {
        var output = append.BeginRecord();
        VarInt.WriteText(output, deletion.PersistenceId);
        VarInt.Write(output, (ulong)deletion.DeletedTo);
        VarInt.Write(output, (ulong)deletion.Highest);
        append.EndRecord(WalRecordTypes.Deletion);
    }

    public static WalDeletion ReadDeletion(in WalRecord record)
    {
        var rest = record.Payload;
        return VarInt.TryReadBytes(ref rest, out var id) && VarInt.TryRead(ref rest, out var to)
            && VarInt.TryRead(ref rest, out var highest)
            ? new WalDeletion(Encoding.UTF8.GetString(id), (long)to, (long)highest)
            : throw new WalCorruptedException(record.File, record.Offset, "a deletion record cannot be understood");
    }

    private void WriteEvent(ref WalAppend append, IBufferWriter<byte> output, IPersistentRepresentation representation)
    {
        var payload = representation.Payload;
        var serializer = serialization.FindSerializerFor(payload);
        var adapterManifest = representation.Manifest ?? "";
        var writer = representation.WriterGuid ?? "";
        var isGuid = Guid.TryParseExact(writer, "D", out var guid) && guid.ToString("D") == writer;
        var flags = adapterManifest.Length > 0 ? WalEventFlags.AdapterManifest : 0;
        flags |= isGuid ? WalEventFlags.WriterGuid : writer.Length > 0 ? WalEventFlags.WriterText : 0;
        flags |= representation.Timestamp != 0 ? WalEventFlags.Timestamp : 0;
        output.GetSpan(1)[0] = (byte)flags;
        output.Advance(1);
        VarInt.Write(output, (ulong)representation.SequenceNr);
        VarInt.Write(output, (uint)serializer.Identifier);
        VarInt.WriteText(output, AkkaSerialization.ManifestFor(serializer, payload) ?? "");
        if (adapterManifest.Length > 0)
        {
            VarInt.WriteText(output, adapterManifest);
        }

        if (isGuid)
        {
            guid.TryWriteBytes(output.GetSpan(GuidBytes));
            output.Advance(GuidBytes);
        }
        else if (writer.Length > 0)
        {
            VarInt.WriteText(output, writer);
        }

        if (representation.Timestamp != 0)
        {
            BinaryPrimitives.WriteInt64LittleEndian(output.GetSpan(sizeof(long)), representation.Timestamp);
            output.Advance(sizeof(long));
        }

        WritePayload(ref append, output, serializer, payload);
    }

    private static void WritePayload(
        ref WalAppend append, IBufferWriter<byte> output, Akka.Serialization.Serializer serializer, object payload)
    {
        var lengthAt = append.Payload.Length;
        output.GetSpan(sizeof(uint))[..sizeof(uint)].Clear();
        output.Advance(sizeof(uint));
        if (serializer is IBufferSerializer direct)
        {
            direct.WriteTo(payload, output);
        }
        else
        {
            output.Write(serializer.ToBinary(payload));
        }

        var length = append.Payload.Length - lengthAt - sizeof(uint);
        BinaryPrimitives.WriteInt32LittleEndian(append.Payload[lengthAt..], length);
    }

    private string Writer(in WalEvent read)
    {
        if (read.WriterIsText || read.Writer.IsEmpty)
        {
            return Text(read.Writer, ref _writer);
        }

        if (!read.Writer.SequenceEqual(_writerGuid) || _writer.Length == 0)
        {
            read.Writer.CopyTo(_writerGuid);
            _writer = new Guid(read.Writer).ToString("D");
        }

        return _writer;
    }

    private static string Text(ReadOnlySpan<byte> utf8, ref string last)
    {
        if (!IsSame(utf8, last))
        {
            last = Encoding.UTF8.GetString(utf8);
        }

        return last;
    }

    private static bool IsSame(ReadOnlySpan<byte> utf8, string text)
    {
        if (utf8.Length != text.Length)
        {
            return false;
        }

        for (var i = 0; i < utf8.Length; i++)
        {
            if (utf8[i] != text[i] || utf8[i] > sbyte.MaxValue)
            {
                return false;
            }
        }

        return true;
    }
}
