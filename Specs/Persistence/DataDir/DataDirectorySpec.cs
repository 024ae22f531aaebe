using ActorEtcd.Persistence.DataDir;
using Xunit;

namespace ActorEtcd.Specs.Persistence.DataDir;

public sealed class DataDirectorySpec : IDisposable
{
    private static readonly DataDirMetadata Metadata = new(0xCDF818194E3A8C32, 0x8E9E05C52164694D, "infra0");

    private readonly TemporaryDirectory _temporary = new();

    private string Root => Path.Combine(_temporary.Path, "a", "default.etcd");

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void New_directory_is_made_for_the_owner_alone_with_member_inside()
    {
        using var directory = DataDirectory.Open(Root);
        Assert.Null(directory.Metadata);
        Assert.True(Directory.Exists(Path.Combine(Root, "member")));
        Assert.Equal(Path.Combine(Root, "member", "wal"), directory.WalPath);
        Assert.True(directory.FreeBytes > 0);
        Assert.True(directory.FreeWalBytes > 0);
        if (!OperatingSystem.IsWindows())
        {
            const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            Assert.Equal(OwnerOnly, File.GetUnixFileMode(Root));
            Assert.Equal(OwnerOnly, File.GetUnixFileMode(directory.SnapPath));
        }
    }

    [Fact]
    public void Metadata_survives_and_is_compared()
    {
        Initialize();
        using var directory = DataDirectory.Open(Root);
        Assert.Equal(Metadata, directory.Metadata);
        directory.CheckBelongsTo(Metadata.ClusterId, Metadata.MemberId);
        var cluster = Assert.Throws<DataDirForeignException>(() => directory.CheckBelongsTo(1, Metadata.MemberId));
        Assert.Equal(
            $"data directory {Root} cannot be used: it belongs to cluster cdf818194e3a8c32, this member is of cluster 1",
            cluster.Message);
        Assert.Throws<DataDirForeignException>(() => directory.CheckBelongsTo(Metadata.ClusterId, 1));
    }

    [Fact]
    public void Second_owner_is_refused_until_the_first_is_gone()
    {
        using (DataDirectory.Open(Root))
        {
            Assert.Throws<DirectoryLockedException>(() => DataDirectory.Open(Root));
        }

        DataDirectory.Open(Root).Dispose();
    }

    [Fact]
    public void Log_directory_elsewhere_is_respected()
    {
        var wal = Path.Combine(_temporary.Path, "wal");
        using var directory = DataDirectory.Open(Root, wal);
        Assert.Equal(wal, directory.WalPath);
    }

    [Fact]
    public void Directory_made_by_etcd_is_refused_untouched()
    {
        Directory.CreateDirectory(Path.Combine(Root, "member", "snap"));
        File.WriteAllText(Path.Combine(Root, "member", "snap", "db"), "bbolt");
        var e = Assert.Throws<DataDirForeignException>(() => DataDirectory.Open(Root));
        Assert.Contains("made by etcd", e.Message, StringComparison.Ordinal);
        Assert.Single(Directory.GetFileSystemEntries(Path.Combine(Root, "member")));
    }

    [Fact]
    public void Data_without_metadata_is_refused()
    {
        Directory.CreateDirectory(Path.Combine(Root, "member", "wal"));
        File.WriteAllText(Path.Combine(Root, "member", "wal", "0000000000000000-0000000000000000.wal"), "");
        Assert.Throws<DataDirDamagedException>(() => DataDirectory.Open(Root));
    }

    [Fact]
    public void Any_changed_byte_of_the_metadata_is_noticed()
    {
        Initialize();
        var path = Path.Combine(Root, "member", "metadata.json");
        var good = File.ReadAllBytes(path);
        for (var at = 0; at < good.Length; at++)
        {
            var bad = (byte[])good.Clone();
            bad[at] ^= 1;
            File.WriteAllBytes(path, bad);
            Assert.Throws<DataDirDamagedException>(() => DataDirectory.Open(Root));
            File.WriteAllBytes(path, good[..at]);
            Assert.Throws<DataDirDamagedException>(() => DataDirectory.Open(Root));
        }

        File.WriteAllBytes(path, good);
        DataDirectory.Open(Root).Dispose();
    }

    private void Initialize()
    {
        using var directory = DataDirectory.Open(Root);
        directory.Initialize(Metadata);
    }
}
