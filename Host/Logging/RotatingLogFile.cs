using System.Globalization;
using System.IO.Compression;

namespace ActorEtcd.Host.Logging;

/// <summary>
/// A file that is put aside when it is full, under a name with the time, as <c>etcd-2026-01-02T15-04-05.000.log</c>. The line
/// that would make it too long is the first of the next. What is put aside goes when it is too old or one too many.
/// </summary>
public sealed class RotatingLogFile : LogOutput
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH-mm-ss.fff";
    private const string Compressed = ".gz";

    private readonly string _path;
    private readonly LogRotation _rotation;
    private readonly long _bytesMax;
    private readonly TimeProvider _time;
    private FileStream _file;

    /// <param name="bytesMax">Size at which the next file begins, when not that of the rotation.</param>
    /// <exception cref="IOException">The file cannot be written to.</exception>
    public RotatingLogFile(string path, LogRotation rotation, TimeProvider time, long? bytesMax = null)
    {
        _path = Path.GetFullPath(path);
        _rotation = rotation;
        _bytesMax = bytesMax ?? rotation.MegabytesMax * 1024L * 1024;
        _time = time;
        _file = Open();
    }

    public override void Write(LogSeverity severity, ReadOnlySpan<byte> line)
    {
        if (!_file.CanWrite)
        {
            // The last rotation found no room for the next file.
            _file = Open();
        }

        if (_file.Length + line.Length > _bytesMax && _file.Length > 0)
        {
            Rotate();
        }

        _file.Write(line);
        _file.Flush();
    }

    public override void Dispose() => _file.Dispose();

    private FileStream Open()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        return new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
    }

    private void Rotate()
    {
        _file.Dispose();
        var aside = FreeName();
        File.Move(_path, aside);
        _file = Open();
        if (_rotation.Compress)
        {
            Pack(aside);
        }

        RemoveOld();
    }

    private string FreeName()
    {
        for (var at = Now(); ; at = at.AddMilliseconds(1))
        {
            var name = $"{Stem}-{at.ToString(TimeFormat, CultureInfo.InvariantCulture)}{Path.GetExtension(_path)}";
            var path = Path.Combine(Path.GetDirectoryName(_path)!, name);
            if (!File.Exists(path) && !File.Exists(path + Compressed))
            {
                return path;
            }
        }
    }

    private string Stem => Path.GetFileNameWithoutExtension(_path);

    private DateTimeOffset Now() => _rotation.LocalTime ? _time.GetLocalNow() : _time.GetUtcNow();

    private static void Pack(string path)
    {
        using (var from = File.OpenRead(path))
        using (var to = new GZipStream(File.Create(path + Compressed), CompressionLevel.Fastest))
        {
            from.CopyTo(to);
        }

        File.Delete(path);
    }

    private void RemoveOld()
    {
        var aside = Directory.GetFiles(Path.GetDirectoryName(_path)!, $"{Stem}-*{Path.GetExtension(_path)}*")
            .Select(path => (Path: path, At: TimeOf(path)))
            .Where(static file => file.At is not null)
            .OrderByDescending(static file => file.At)
            .ToArray();
        var oldest = _rotation.DaysMax > 0 ? Now().DateTime.AddDays(-_rotation.DaysMax) : DateTime.MinValue;
        var kept = _rotation.BackupsMax > 0 ? _rotation.BackupsMax : int.MaxValue;
        foreach (var (path, _) in aside.Where((file, place) => place >= kept || file.At < oldest))
        {
            File.Delete(path);
        }
    }

    // Null for files of others.
    private DateTime? TimeOf(string path)
    {
        var name = Path.GetFileName(path);
        name = name.EndsWith(Compressed, StringComparison.Ordinal) ? name[..^Compressed.Length] : name;
        var text = Path.GetFileNameWithoutExtension(name)[(Stem.Length + 1)..];
        return DateTime.TryParseExact(text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var at) ? at : null;
    }
}
