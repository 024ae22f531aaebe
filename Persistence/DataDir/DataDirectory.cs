using ActorEtcd.Persistence.Journal;

namespace ActorEtcd.Persistence.DataDir;

/// <summary>
/// A member's data directory, locked as long as this object lives:
/// <code>
/// member/metadata.json   whose data this is
/// member/LOCK            held by the process that owns it
/// member/wal/            the write-ahead log (elsewhere with --wal-dir)
/// member/snap/           checkpoint manifests
/// member/segments/       records of the store
/// </code>
/// </summary>
public sealed class DataDirectory : IDisposable
{
    private readonly DirectoryLock _lock;

    private DataDirectory(string path, string? walPath, DirectoryLock @lock)
    {
        Path = path;
        WalPath = walPath ?? System.IO.Path.Combine(MemberPath, "wal");
        _lock = @lock;
    }

    public string Path { get; }

    public string MemberPath => System.IO.Path.Combine(Path, "member");

    public string WalPath { get; }

    public string SnapPath => System.IO.Path.Combine(MemberPath, "snap");

    public string SegmentsPath => System.IO.Path.Combine(MemberPath, "segments");

    /// <summary>Whose data this is; null until a new member calls <see cref="Initialize"/>.</summary>
    public DataDirMetadata? Metadata { get; private set; }

    /// <summary>Bytes that may still be written to the device of the data.</summary>
    public long FreeBytes => new DriveInfo(MemberPath).AvailableFreeSpace;

    /// <summary>Bytes that may still be written to the device of the log.</summary>
    public long FreeWalBytes =>
        new DriveInfo(Directory.Exists(WalPath) ? WalPath : MemberPath).AvailableFreeSpace;

    /// <summary>Creates what is missing, locks the directory and reads its metadata.</summary>
    /// <exception cref="DirectoryLockedException">Another process uses it.</exception>
    /// <exception cref="DataDirForeignException">etcd made it, or a newer version of this program.</exception>
    /// <exception cref="DataDirDamagedException">Its metadata is unreadable or missing beside data.</exception>
    public static DataDirectory Open(string path, string? walPath = null)
    {
        var full = System.IO.Path.GetFullPath(path);
        var member = System.IO.Path.Combine(full, "member");
        RefuseEtcdData(full, member);
        DurableFiles.CreateDirectory(member);
        var directory = new DataDirectory(
            full, walPath is null ? null : System.IO.Path.GetFullPath(walPath), DirectoryLock.Acquire(member));
        try
        {
            directory.Load();
            return directory;
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    /// <summary>Writes down whose data this will be. Call before anything else is written.</summary>
    public void Initialize(DataDirMetadata metadata)
    {
        Invariant.Check(Metadata is null, $"data directory {Path} already belongs to a member");
        DurableFiles.CreateDirectory(WalPath);
        DirectoryLock.Acquire(WalPath).Dispose();
        MetadataFile.Write(MemberPath, metadata);
        Metadata = metadata;
    }

    /// <summary>Checks that the data is that of this member of this cluster.</summary>
    /// <exception cref="DataDirForeignException">It is not.</exception>
    public void CheckBelongsTo(ulong clusterId, ulong memberId)
    {
        Invariant.Check(Metadata is not null, $"data directory {Path} is new");
        if (Metadata.ClusterId != clusterId)
        {
            throw new DataDirForeignException(
                Path, $"it belongs to cluster {Metadata.ClusterId:x}, this member is of cluster {clusterId:x}");
        }

        if (Metadata.MemberId != memberId)
        {
            throw new DataDirForeignException(
                Path, $"it belongs to member {Metadata.MemberId:x} ({Metadata.Name}), this member is {memberId:x}");
        }
    }

    /// <summary>Whether the log was lost and is not whole again; such a member must not vote.</summary>
    public bool HasLostLog => LostLogFile.Exists(MemberPath);

    /// <summary>
    /// Moves the damaged data aside, for whoever wants to look at it, and begins anew without. That the log is lost is on
    /// disk before anything moves: a member that has forgotten what it promised must not forget that it has.
    /// </summary>
    /// <returns>Where the data is now.</returns>
    public string SetAside(string reason)
    {
        Invariant.Check(Metadata is not null, $"data directory {Path} is new");
        var number = 1;
        while (Directory.Exists(System.IO.Path.Combine(MemberPath, LostLogFile.AsideName(number))))
        {
            number++;
        }

        LostLogFile.Write(MemberPath, number, reason);
        MoveAside(number);
        return System.IO.Path.Combine(MemberPath, LostLogFile.AsideName(number));
    }

    /// <summary>The log is whole again.</summary>
    public void NoteLogRegained() => LostLogFile.Delete(MemberPath);

    public void Dispose() => _lock.Dispose();

    private void Load()
    {
        DurableFiles.CreateDirectory(SnapPath);
        DurableFiles.CreateDirectory(SegmentsPath);
        Metadata = MetadataFile.Read(MemberPath);
        if (Metadata is not null && LostLogFile.Read(MemberPath) is { } number)
        {
            MoveAside(number);
        }

        if (Metadata is null && HoldsData())
        {
            throw new DataDirDamagedException(Path, $"it holds data, but {MetadataFile.FileName} is missing");
        }

        // Without its log a member would forget for whom it voted and what it acknowledged.
        if (Metadata is not null && !HoldsAny(WalPath, "*"))
        {
            throw new DataDirDamagedException(
                Path, $"its write-ahead log is not in {WalPath}; was it moved, or started with another --wal-dir?");
        }
    }

    /// <summary>Each directory moves whole or not at all, and once: whoever has moved is found at its new place.</summary>
    private void MoveAside(int number)
    {
        var aside = System.IO.Path.Combine(MemberPath, LostLogFile.AsideName(number));
        DurableFiles.CreateDirectory(aside);
        var isWalInside = System.IO.Path.GetDirectoryName(WalPath) == MemberPath;
        DurableFiles.MoveDirectory(
            WalPath, isWalInside ? System.IO.Path.Combine(aside, "wal") : $"{WalPath}.{LostLogFile.AsideName(number)}");
        DurableFiles.MoveDirectory(SnapPath, System.IO.Path.Combine(aside, "snap"));
        DurableFiles.MoveDirectory(SegmentsPath, System.IO.Path.Combine(aside, "segments"));
        DirectoryLock.Acquire(WalPath).Dispose();
    }

    private bool HoldsData() =>
        HoldsAny(WalPath, "*" + WalSegment.Extension) || HoldsAny(SnapPath, "*") || HoldsAny(SegmentsPath, "*");

    private static bool HoldsAny(string directory, string pattern) =>
        Directory.Exists(directory) && Directory.EnumerateFiles(directory, pattern).Any();

    private static void RefuseEtcdData(string path, string member)
    {
        if (File.Exists(System.IO.Path.Combine(member, "snap", "db")))
        {
            throw new DataDirForeignException(
                path, "it was made by etcd (member/snap/db); it has to be converted first");
        }
    }
}
