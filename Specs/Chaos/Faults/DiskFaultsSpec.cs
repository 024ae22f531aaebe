using System.Diagnostics;
using ActorEtcd.Specs.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Chaos.Faults;

/// <summary>The disk that loses what was not flushed, with processes of a few lines.</summary>
public sealed class DiskFaultsSpec : IDisposable
{
    /// <summary>A shell's own redirections would go through a copy of the descriptor.</summary>
    private const string Writer = "w() { perl -e 'open(F, $ARGV[0]) or die $!; print F $ARGV[1]; close(F) or die $!' \"$1\" \"$2\"; }; ";

    private readonly TempDir _dir = new();
    private readonly string _data;
    private readonly DiskFaults _disk;

    public DiskFaultsSpec()
    {
        _data = Path.Combine(_dir.Path, "data");
        Directory.CreateDirectory(_data);
        _disk = new DiskFaults(_dir.Path, "one", _data);
    }

    [DiskFaultsFact]
    public void File_that_was_not_flushed_is_gone()
    {
        Run("w \">$D/file\" lost");
        Lose();
        Assert.Empty(Directory.GetFiles(_data));
    }

    [DiskFaultsFact]
    public void Flushed_file_whose_directory_was_not_is_gone()
    {
        Run("w \">$D/file\" lost; sync $D/file");
        Lose();
        Assert.Empty(Directory.GetFiles(_data));
    }

    [DiskFaultsFact]
    public void What_came_after_the_flush_is_gone_alone()
    {
        Run("w \">$D/file\" kept; sync $D/file; sync $D; w \">>$D/file\" lost; w \">$D/other\" lost");
        Assert.Equal("keptlost", File.ReadAllText(Path.Combine(_data, "file")));
        Lose();
        Assert.Equal("kept", File.ReadAllText(Path.Combine(_data, "file")));
        Assert.False(File.Exists(Path.Combine(_data, "other")));
    }

    [DiskFaultsFact]
    public void Truncated_and_overwritten_file_has_its_old_bytes()
    {
        Run("w \">$D/file\" before; sync $D/file; sync $D; w \">$D/file\" xy");
        Lose();
        Assert.Equal("before", File.ReadAllText(Path.Combine(_data, "file")));
    }

    [DiskFaultsFact]
    public void Renaming_over_a_file_and_removing_one_are_taken_back()
    {
        Run("w \">$D/file\" old; w \">$D/gone\" gone; w \">$D/new\" new; sync $D/*; sync $D; "
            + "perl -e 'rename \"$ENV{D}/new\", \"$ENV{D}/file\"; unlink \"$ENV{D}/gone\"'");
        Assert.Equal("new", File.ReadAllText(Path.Combine(_data, "file")));
        Lose();
        Assert.Equal("old", File.ReadAllText(Path.Combine(_data, "file")));
        Assert.Equal("new", File.ReadAllText(Path.Combine(_data, "new")));
        Assert.Equal("gone", File.ReadAllText(Path.Combine(_data, "gone")));
    }

    [DiskFaultsFact]
    public void Flushes_that_only_say_so_keep_nothing()
    {
        _disk.FlushLies = true;
        Run("w \">$D/file\" lost; sync $D/file; sync $D");
        Lose();
        Assert.Empty(Directory.GetFiles(_data));
    }

    [DiskFaultsFact]
    public void Full_disk_refuses_what_needs_room_and_a_failing_one_to_flush()
    {
        Run("w \">$D/file\" kept");
        _disk.IsFull = true;
        Assert.NotEqual(0, Start("w \">$D/file2\" more"));
        Assert.Equal(1, _disk.RefusedWrites);
        _disk.Heal();
        _disk.FlushFails = true;
        Assert.NotEqual(0, Start("sync $D/file"));
        Assert.Equal(1, _disk.FailedFlushes);
    }

    public void Dispose()
    {
        _disk.Dispose();
        _dir.Dispose();
    }

    private void Lose() => _disk.LoseUnsynced(LosingAll.Instance);

    private void Run(string script) => Assert.Equal(0, Start(script));

    private int Start(string script)
    {
        var start = new ProcessStartInfo("sh", ["-c", Writer + script]) { RedirectStandardError = true };
        start.Environment["D"] = _data;
        foreach ((string name, string value) in _disk.Environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }
}
