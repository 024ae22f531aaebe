using System.Buffers.Binary;
using System.Text;
using ActorEtcd.Log;
using ActorEtcd.Persistence.Serialization;

namespace ActorEtcd.Specs.Sim;

/// <summary>Reads the newest checkpoint that a loss of power would leave, from the format of its file alone.</summary>
internal static class SimSnapshotReader
{
    private const string Extension = ".snap";
    private const int Header = 24;
    private const int Digits = 16;

    private static readonly LogEventSerializer Serializer = new(null!);

    /// <summary>The durable files of checkpoints, the newest first.</summary>
    public static IEnumerable<KeyValuePair<string, SimFile>> Files(SimFileSystem files) =>
        files.DurableFiles.Where(static file => file.Key.EndsWith(Extension, StringComparison.Ordinal)).Reverse();

    /// <summary>What the file holds; null if it is not sound.</summary>
    public static LogSnapshot? Read(SimFile file)
    {
        byte[] bytes = file.Durable;
        if (bytes.Length <= Header || !bytes.AsSpan().StartsWith("ActorSNP\u0001\0\0\0"u8) || Crc32C.Compute(bytes.AsSpan(16)) != BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(12)))
        {
            return null;
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(20));
        string manifest = Encoding.UTF8.GetString(bytes.AsSpan(Header, length));
        return (LogSnapshot)Serializer.FromBinary(bytes[(Header + length)..], manifest);
    }

    public static long SequenceNrOf(string path)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        return Convert.ToInt64(name.Substring(name.IndexOf('@') + 1, Digits), 16);
    }
}
