using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using ActorEtcd.Persistence.Serialization;
using AkkaSerialization = Akka.Serialization.Serialization;

namespace ActorEtcd.Persistence.Snapshots;

/// <summary>
/// The content of a snapshot's file: magic, format version, checksum of all that follows, serializer id, length of the
/// manifest, manifest, payload.
/// </summary>
internal sealed class SnapshotCodec(AkkaSerialization serialization)
{
    private const uint FormatVersion = 1;
    private const int VersionOffset = 8;
    private const int CrcOffset = 12;
    private const int SerializerOffset = 16;
    private const int ManifestLengthOffset = 20;
    private const int HeaderSize = 24;

    private static ReadOnlySpan<byte> Magic => "ActorSNP"u8;

    public ReadOnlyMemory<byte> Encode(object snapshot)
    {
        var serializer = serialization.FindSerializerFor(snapshot);
        var manifest = Encoding.UTF8.GetBytes(AkkaSerialization.ManifestFor(serializer, snapshot) ?? "");
        var output = new ArrayBufferWriter<byte>();
        var header = output.GetSpan(HeaderSize)[..HeaderSize];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[VersionOffset..], FormatVersion);
        BinaryPrimitives.WriteInt32LittleEndian(header[SerializerOffset..], serializer.Identifier);
        BinaryPrimitives.WriteInt32LittleEndian(header[ManifestLengthOffset..], manifest.Length);
        output.Advance(HeaderSize);
        output.Write(manifest);
        if (serializer is IBufferSerializer direct)
        {
            direct.WriteTo(snapshot, output);
        }
        else
        {
            output.Write(serializer.ToBinary(snapshot));
        }

        var content = output.WrittenSpan.ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(
            content.AsSpan(CrcOffset), Crc32C.Compute(content.AsSpan(SerializerOffset)));
        return content;
    }

    /// <exception cref="SnapshotCorruptedException">The content is not what was encoded.</exception>
    public object Decode(string file, ReadOnlySpan<byte> content)
    {
        if (content.Length < HeaderSize || !content[..Magic.Length].SequenceEqual(Magic))
        {
            throw new SnapshotCorruptedException(file, 0, "it does not begin as a snapshot does");
        }

        var version = BinaryPrimitives.ReadUInt32LittleEndian(content[VersionOffset..]);
        if (version != FormatVersion)
        {
            throw new SnapshotCorruptedException(file, VersionOffset, $"it has format version {version}, not {FormatVersion}");
        }

        var crc = BinaryPrimitives.ReadUInt32LittleEndian(content[CrcOffset..]);
        if (crc != Crc32C.Compute(content[SerializerOffset..]))
        {
            throw new SnapshotCorruptedException(
                file, SerializerOffset, $"the {content.Length - SerializerOffset} bytes from there on do not match their checksum");
        }

        var serializerId = BinaryPrimitives.ReadInt32LittleEndian(content[SerializerOffset..]);
        var manifestLength = BinaryPrimitives.ReadInt32LittleEndian(content[ManifestLengthOffset..]);
        if (manifestLength < 0 || manifestLength > content.Length - HeaderSize)
        {
            throw new SnapshotCorruptedException(file, ManifestLengthOffset, $"its manifest has length {manifestLength}");
        }

        var manifest = Encoding.UTF8.GetString(content.Slice(HeaderSize, manifestLength));
        return serialization.Deserialize(content[(HeaderSize + manifestLength)..].ToArray(), serializerId, manifest);
    }
}
