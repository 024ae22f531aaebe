using System.Diagnostics;
using System.IO.MemoryMappedFiles;

namespace ActorEtcd.Specs.Chaos.Faults;

/// <summary>
/// The disk of one process, made to fail: a library that the process loads before libc (<c>disk_faults.c</c>, compiled
/// when first needed), and the small file by which it is told what to do.
/// </summary>
internal sealed class DiskFaults : IDisposable
{
    private const int ControlLength = 64;
    private const string Source = "ActorEtcd.Specs.disk_faults.c";

    private static readonly Lazy<string?> Library = new(Compile);

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _control;
    private readonly string _controlPath;
    private readonly string _root;

    public DiskFaults(string directory, string name, string root)
    {
        _root = root;
        _controlPath = Path.Combine(directory, name + ".disk");
        Undo = Path.Combine(directory, name + ".undo");
        File.WriteAllBytes(_controlPath, new byte[ControlLength]);
        _file = MemoryMappedFile.CreateFromFile(_controlPath, FileMode.Open);
        _control = _file.CreateViewAccessor();
        Forget();
    }

    /// <summary>False without a C compiler: then disks work.</summary>
    public static bool IsAvailable => Library.Value != null;

    public string Undo { get; }

    public bool IsFull
    {
        set => _control.Write(0, value ? 1 : 0);
    }

    public TimeSpan FlushTakes
    {
        set => _control.Write(4, (int)value.TotalMilliseconds);
    }

    public bool FlushFails
    {
        set => _control.Write(8, value ? 1 : 0);
    }

    /// <summary>Flushes are answered and do nothing.</summary>
    public bool FlushLies
    {
        set => _control.Write(12, value ? 1 : 0);
    }

    public int FailedFlushes => _control.ReadInt32(16);

    public int RefusedWrites => _control.ReadInt32(20);

    /// <summary>What the process is started with.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["LD_PRELOAD"] = Library.Value!,
        ["DISK_FAULTS_ROOT"] = _root,
        ["DISK_FAULTS_UNDO"] = Undo,
        ["DISK_FAULTS_CONTROL"] = _controlPath,
    };

    /// <summary>Before each start: what was written before it stays.</summary>
    public void Forget()
    {
        if (Directory.Exists(Undo))
        {
            Directory.Delete(Undo, recursive: true);
        }

        Directory.CreateDirectory(Undo);
        Heal();
    }

    public void Heal()
    {
        IsFull = false;
        FlushTakes = TimeSpan.Zero;
        FlushFails = false;
    }

    /// <summary>After a kill: power was lost.</summary>
    public int LoseUnsynced(Random random) => File.Exists(Path.Combine(Undo, "log")) ? UnsyncedWrites.TakeBack(Undo, random) : 0;

    public void Dispose()
    {
        _control.Dispose();
        _file.Dispose();
    }

    private static string? Compile()
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        string directory = Directory.CreateTempSubdirectory("actor-etcd-disk-faults-").FullName;
        string source = Path.Combine(directory, "disk_faults.c");
        string library = Path.Combine(directory, "disk_faults.so");
        using (Stream text = typeof(DiskFaults).Assembly.GetManifestResourceStream(Source)!)
        using (FileStream file = File.Create(source))
        {
            text.CopyTo(file);
        }

        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(directory, recursive: true);
        try
        {
            using var compiler = Process.Start(new ProcessStartInfo("gcc", ["-O2", "-shared", "-fPIC", "-o", library, source, "-ldl", "-lpthread"])
            {
                RedirectStandardError = true,
            })!;
            string errors = compiler.StandardError.ReadToEnd();
            compiler.WaitForExit();
            return compiler.ExitCode == 0 ? library : throw new InvalidOperationException(errors);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
