using System.IO.Compression;
using System.Net.Sockets;
using System.Text;
using ActorEtcd.Host.Logging;
using ActorEtcd.Specs.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Host.Logging;

public sealed class RotatingLogFileSpec : IDisposable
{
    private static readonly LogRotation Keep = LogRotation.Parse(LogRotation.DefaultJson);

    private readonly TempDir _dir = new();
    private readonly Clock _clock = new();

    private string LogPath => Path.Combine(_dir.Path, "logs", "etcd.log");

    public void Dispose() => _dir.Dispose();

    [Fact]
    public void Default_is_lumberjacks() => Assert.Equal(new LogRotation(100, 0, 0, false, false), Keep);

    [Fact]
    public void Line_that_does_not_fit_begins_the_next_file()
    {
        Write(Keep, "aaaaaaa\n", "bbbbbbb\n", "ccccccc\n");

        Assert.Equal("ccccccc\n", File.ReadAllText(LogPath));
        Assert.Equal("aaaaaaa\nbbbbbbb\n", File.ReadAllText(Assert.Single(Aside())));
        Assert.Equal("etcd-2026-01-02T03-04-07.000.log", Path.GetFileName(Aside()[0]));
    }

    [Fact]
    public void Files_put_aside_are_compressed_when_asked()
    {
        Write(Keep with { Compress = true }, "aaaaaaaaaaaaaaa\n", "b\n");

        using var packed = new StreamReader(new GZipStream(File.OpenRead(Assert.Single(Aside())), CompressionMode.Decompress));
        Assert.Equal("aaaaaaaaaaaaaaa\n", packed.ReadToEnd());
        Assert.EndsWith(".log.gz", Aside()[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Only_so_many_are_kept_and_those_of_others_stay()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(LogPath)!);
        File.WriteAllText(Path.Combine(Path.GetDirectoryName(LogPath)!, "etcd-notes.log"), "mine");
        Write(Keep with { BackupsMax = 2 }, [.. Enumerable.Range(0, 6).Select(i => $"{i}00000000000000\n")]);

        Assert.Equal(["300000000000000\n", "400000000000000\n", "mine"], Aside().Select(File.ReadAllText));
    }

    [Fact]
    public void Old_ones_go()
    {
        using var log = new RotatingLogFile(LogPath, Keep with { DaysMax = 1 }, _clock, bytesMax: 16);
        for (var i = 0; i < 4; i++)
        {
            log.Write(LogSeverity.Info, Encoding.ASCII.GetBytes($"{i}00000000000000\n"));
            _clock.Now += TimeSpan.FromHours(20);
        }

        Assert.Equal(["100000000000000\n", "200000000000000\n"], Aside().Select(File.ReadAllText));
    }

    [Fact]
    public void Journal_gets_severity_and_line()
    {
        string path = Path.Combine(_dir.Path, "journal");
        using var journal = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        journal.Bind(new UnixDomainSocketEndPoint(path));
        using (var output = new JournalLogOutput(path))
        {
            output.Write(LogSeverity.Warn, "{}\n"u8);
        }

        byte[] buffer = new byte[1000];
        int count = journal.Receive(buffer);
        Assert.Equal("PRIORITY=4\nSYSLOG_IDENTIFIER=actor-etcd\nMESSAGE={}\n", Encoding.ASCII.GetString(buffer, 0, count));
    }

    [Fact]
    public void Journal_that_is_not_there_is_an_error_at_the_start()
        => Assert.Throws<IOException>(() => new JournalLogOutput(Path.Combine(_dir.Path, "nobody")));

    private void Write(LogRotation rotation, params string[] lines)
    {
        using var log = new RotatingLogFile(LogPath, rotation, _clock, bytesMax: 16);
        foreach (string line in lines)
        {
            log.Write(LogSeverity.Info, Encoding.ASCII.GetBytes(line));
            _clock.Now += TimeSpan.FromSeconds(1);
        }
    }

    private string[] Aside() => [.. Directory.GetFiles(Path.GetDirectoryName(LogPath)!, "etcd-*").Order(StringComparer.Ordinal)];

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
