using ActorEtcd.Specs.TestKit;

namespace ActorEtcd.Specs.Cluster;

/// <summary>One bit of one file of a stopped member, the other way round.</summary>
internal sealed record BitFlip(string Kind, string File, long Offset, int Bit)
{
    /// <summary>What a data directory holds that matters, by the pattern of its files.</summary>
    public static IReadOnlyList<(string Kind, string Directory, string Pattern)> Kinds { get; } =
    [
        ("log", "wal", "*.wal"),
        ("checkpoint", "snap", "*.snap"),
        ("segment", "segments", "*.seg"),
        ("members", "", "members"),
        ("metadata", "", "metadata.json"),
    ];

    /// <summary>A place within what was ever written to some file of the kind; null when there is none.</summary>
    public static BitFlip? Choose(Random random, MemberProcess member, int kind)
    {
        var (name, directory, pattern) = Kinds[kind];
        string root = Path.Combine(member.Settings.DataDir, "member", directory);
        string[] files = [.. Directory.GetFiles(root, pattern).Order(StringComparer.Ordinal)];
        if (files.Length == 0)
        {
            return null;
        }

        string file = files[random.Next(files.Length)];
        byte[] content = System.IO.File.ReadAllBytes(file);
        int written = content.AsSpan().LastIndexOfAnyExcept((byte)0) + 1;
        return written == 0 ? null : new BitFlip(name, file, random.Next(written), random.Next(8));
    }

    public void Do()
    {
        using FileStream stream = System.IO.File.Open(File, FileMode.Open, FileAccess.ReadWrite);
        stream.Position = Offset;
        int old = stream.ReadByte();
        stream.Position = Offset;
        stream.WriteByte((byte)(old ^ (1 << Bit)));
    }
}
