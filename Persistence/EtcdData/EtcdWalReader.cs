using System.Globalization;

namespace ActorEtcd.Persistence.EtcdData;

/// <summary>Reads etcd's write-ahead log: the records of all its files in order, each verified against those before.</summary>
public sealed class EtcdWalReader
{
    private const string Extension = ".wal";
    private const int NameDigits = 16;

    private readonly string[] _files;

    private EtcdWalReader(string[] files) => _files = files;

    /// <summary>What a crash of etcd cut off and etcd never relied on; null when there is no such record.</summary>
    public string? TornTail { get; private set; }

    /// <exception cref="EtcdDataException">The directory does not hold a log, or only parts of one.</exception>
    public static EtcdWalReader Open(string directory)
    {
        if (!Directory.Exists(directory))
        {
            throw new EtcdDataException($"{directory} does not exist; where is etcd's write-ahead log?");
        }

        var files = Directory.GetFiles(directory, "*" + Extension);
        Array.Sort(files, StringComparer.Ordinal);
        if (files.Length == 0)
        {
            throw new EtcdDataException($"{directory} holds no file of a write-ahead log");
        }

        var first = SequenceOf(files[0]);
        for (var index = 0; index < files.Length; index++)
        {
            if (SequenceOf(files[index]) != first + (ulong)index)
            {
                throw new EtcdDataException($"{directory} lacks the file of the write-ahead log before {files[index]}");
            }
        }

        return new EtcdWalReader(files);
    }

    /// <summary>All records in order, those of type checksum left out.</summary>
    /// <exception cref="EtcdFileDamagedException">One of them is damaged.</exception>
    public IEnumerable<EtcdWalRecord> Records()
    {
        var crc = 0u;
        foreach (var path in _files)
        {
            using var file = new EtcdWalFile(path, isLast: path == _files[^1]);
            while (file.Next(ref crc) is { } record)
            {
                if (record.Type != EtcdWalRecordTypes.Crc)
                {
                    yield return record;
                }
            }

            if (file.TornAt is { } offset)
            {
                TornTail = $"{path} ends at offset {offset} in a record that was never completed; it is left out, as etcd does";
            }
        }
    }

    // etcd: <sequence>-<first index>.wal, both in hexadecimal.
    private static ulong SequenceOf(string file)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        return name.Length == (2 * NameDigits) + 1
            && ulong.TryParse(name.AsSpan(0, NameDigits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var sequence)
                ? sequence
                : throw new EtcdDataException($"{file} is not named as a file of etcd's write-ahead log is");
    }
}
