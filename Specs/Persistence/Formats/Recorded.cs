using System.Globalization;

namespace ActorEtcd.Specs.Persistence.Formats;

/// <summary>What earlier builds wrote, kept as text. Such a file is never changed, since users have the like on their disks.</summary>
internal static class Recorded
{
    public static string[] Lines(string name)
    {
        using Stream stream = typeof(Recorded).Assembly.GetManifestResourceStream(name)
            ?? throw new FileNotFoundException("not a resource of the specs", name);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.TrimEntries);
    }

    /// <summary>
    /// Lays a recorded directory out again. Each of its files is a line with path and length, then its bytes in base64 up to the
    /// last that is not zero, then an empty line.
    /// </summary>
    public static void LayOut(string name, string directory)
    {
        var lines = new Queue<string>(Lines(name));
        while (lines.TryDequeue(out string? heading) && heading.Length > 0)
        {
            string[] words = heading.Split(' ');
            string path = Path.Combine(directory, words[0]);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using FileStream file = File.Create(path);
            while (lines.TryDequeue(out string? line) && line.Length > 0)
            {
                file.Write(Convert.FromBase64String(line));
            }

            file.SetLength(long.Parse(words[1], CultureInfo.InvariantCulture));
        }
    }
}
