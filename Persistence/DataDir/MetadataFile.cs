using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ActorEtcd.Persistence.DataDir;

/// <summary>
/// The file that says whose data this is: a line of JSON for people to read, and a line with its checksum.
/// </summary>
internal static class MetadataFile
{
    public const string FileName = "metadata.json";
    public const int FormatVersion = 1;

    private const int ChecksumLineLength = 9;

    public static void Write(string directory, DataDirMetadata metadata)
    {
        var line = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            json.WriteNumber("formatVersion", FormatVersion);
            json.WriteString("clusterId", Hex(metadata.ClusterId));
            json.WriteString("memberId", Hex(metadata.MemberId));
            json.WriteString("name", metadata.Name);
            json.WriteEndObject();
        }

        var checksum = Crc32C.Compute(line.WrittenSpan);
        line.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\n{checksum:x8}\n")));
        DurableFiles.Replace(Path.Combine(directory, FileName), line.WrittenSpan);
    }

    /// <summary>Returns null if there is no such file.</summary>
    public static DataDirMetadata? Read(string directory)
    {
        var path = Path.Combine(directory, FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        var content = File.ReadAllBytes(path);
        try
        {
            return Parse(directory, content);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or FormatException or InvalidOperationException)
        {
            throw new DataDirDamagedException(directory, $"{FileName} cannot be understood", e);
        }
    }

    private static DataDirMetadata Parse(string directory, byte[] content)
    {
        var end = content.AsSpan().IndexOf((byte)'\n');
        var checksum = end < 0 || content.Length != end + 1 + ChecksumLineLength || content[^1] != '\n'
            ? throw new FormatException("no checksum")
            : uint.Parse(content.AsSpan(end + 1, ChecksumLineLength - 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        if (checksum != Crc32C.Compute(content.AsSpan(0, end)))
        {
            throw new DataDirDamagedException(directory, $"the checksum of {FileName} does not match");
        }

        using var json = JsonDocument.Parse(content.AsMemory(0, end));
        var version = json.RootElement.GetProperty("formatVersion").GetInt32();
        if (version != FormatVersion)
        {
            throw new DataDirForeignException(
                directory, $"it has format version {version}, this program knows version {FormatVersion}");
        }

        return new DataDirMetadata(
            Id(json.RootElement.GetProperty("clusterId")),
            Id(json.RootElement.GetProperty("memberId")),
            json.RootElement.GetProperty("name").GetString()!);
    }

    private static string Hex(ulong id) => id.ToString("x16", CultureInfo.InvariantCulture);

    private static ulong Id(JsonElement element) =>
        ulong.Parse(element.GetString()!, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
