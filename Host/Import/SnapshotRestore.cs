using System.Security.Cryptography;
using ActorEtcd.Host.Config;
using ActorEtcd.Host.Server;
using ActorEtcd.Persistence.EtcdData;
using ActorEtcd.Raft;

namespace ActorEtcd.Host.Import;

/// <summary>
/// A new member of a new cluster out of a snapshot, of ActorEtcd or of etcd 3.4 and later. Every member of the new
/// cluster is restored from the same file.
/// </summary>
public static class SnapshotRestore
{
    /// <summary>The term in which a restored log begins, as in etcd.</summary>
    private const long FirstTerm = 1;

    /// <summary>A database is a multiple of this; a snapshot has the hash behind it.</summary>
    private const int SectorBytes = 512;

    /// <exception cref="ConfigException">The flags do not fit together.</exception>
    /// <exception cref="EtcdDataException">The snapshot is damaged, or a directory is in the way.</exception>
    /// <exception cref="Persistence.Bbolt.BboltDamagedException">The snapshot is damaged.</exception>
    public static async Task<ImportResult> RunAsync(RestoreOptions options)
    {
        var (self, members) = Bootstrap.MembersOf(
            options.InitialCluster, options.Name, options.AdvertisePeerUrls, options.InitialClusterToken);
        MemberImport.CheckFree(options.DataDirectory, options.WalDirectory);
        CheckHash(options.SnapshotPath, options.SkipHashCheck);
        using var database = EtcdDatabase.Open(options.SnapshotPath);
        return await MemberImport.WriteAsync(options.DataDirectory, options.WalDirectory, new MemberSeed
        {
            Database = database,
            Self = self,
            Name = options.Name,
            Members = members,
            Configuration = RaftConfiguration.OfVoters(members.Members.Keys),
            Leases = database.Leases,
            Alarms = database.Alarms,
            Auth = database.Auth,
            Index = members.Members.Count,
            Term = FirstTerm,
            CurrentTerm = FirstTerm,
            RevisionBump = options.RevisionBump,
        });
    }

    // etcd: the hash is there when the length is that of whole sectors and a hash.
    private static void CheckHash(string path, bool isSkipped)
    {
        using var file = Open(path);
        var hasHash = file.Length % SectorBytes == SHA256.HashSizeInBytes;
        if (isSkipped)
        {
            return;
        }

        if (!hasHash)
        {
            throw new EtcdDataException("snapshot missing hash but --skip-hash-check=false");
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1024 * 1024];
        var rest = file.Length - SHA256.HashSizeInBytes;
        while (rest > 0)
        {
            var count = file.Read(buffer, 0, (int)Math.Min(buffer.Length, rest));
            if (count == 0)
            {
                throw new EtcdFileDamagedException(path, file.Position, "the file became shorter while it was read");
            }

            hash.AppendData(buffer, 0, count);
            rest -= count;
        }

        var expected = new byte[SHA256.HashSizeInBytes];
        file.ReadExactly(expected);
        var actual = hash.GetHashAndReset();
        if (!actual.AsSpan().SequenceEqual(expected))
        {
            throw new EtcdDataException(
                $"{path} is damaged: expected sha256 {Convert.ToHexStringLower(expected)}, got {Convert.ToHexStringLower(actual)}");
        }
    }

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new EtcdDataException(
                failure is FileNotFoundException or DirectoryNotFoundException ? $"open {path}: no such file or directory" : $"open {path}: {failure.Message}",
                failure);
        }
    }
}
