using System.Globalization;
using ActorEtcd.Client;
using ActorEtcd.Host.Server;
using ActorEtcd.Log;
using ActorEtcd.Persistence.DataDir;
using ActorEtcd.Persistence.EtcdData;
using ActorEtcd.Persistence.Segments;
using Akka.Actor;

namespace ActorEtcd.Host.Import;

/// <summary>
/// Makes a data directory out of a seed: first beside the place where it belongs, then, when everything is durable,
/// under its name. What fails on the way leaves nothing behind.
/// </summary>
public static class MemberImport
{
    /// <summary>Neither directory may exist, but for an empty data directory.</summary>
    /// <exception cref="EtcdDataException">One of them is in the way.</exception>
    public static void CheckFree(string dataDirectory, string? walDirectory)
    {
        if (File.Exists(dataDirectory)
            || (Directory.Exists(dataDirectory) && Directory.EnumerateFileSystemEntries(dataDirectory).Any()))
        {
            throw new EtcdDataException($"data-dir \"{dataDirectory}\" not empty or could not be read");
        }

        if (walDirectory is not null && Path.Exists(walDirectory))
        {
            throw new EtcdDataException($"wal-dir \"{walDirectory}\" exists");
        }
    }

    /// <summary>Writes the directories of a new member.</summary>
    /// <param name="walDirectory">Where the write-ahead log goes, when not into the data directory.</param>
    public static async Task<ImportResult> WriteAsync(string dataDirectory, string? walDirectory, MemberSeed seed)
    {
        var data = Path.GetFullPath(dataDirectory);
        var wal = walDirectory is null ? null : Path.GetFullPath(walDirectory);
        CheckFree(data, wal);
        var suffix = string.Create(CultureInfo.InvariantCulture, $".partial-{Environment.ProcessId}");
        var partData = data + suffix;
        var isWalInside = wal is not null && wal.StartsWith(data + Path.DirectorySeparatorChar, StringComparison.Ordinal);
        var partWal = wal is null ? null : isWalInside ? partData + wal[data.Length..] : wal + suffix;
        try
        {
            var result = await BuildAsync(partData, partWal, seed);
            if (wal is not null && !isWalInside)
            {
                Move(partWal!, wal);
            }

            Move(partData, data);
            return result with { DataDirectory = data };
        }
        finally
        {
            Remove(partData);
            Remove(isWalInside ? null : partWal);
        }
    }

    /// <summary>Gives a finished directory its name, for good. An empty directory of that name goes.</summary>
    internal static void Move(string from, string to)
    {
        if (Directory.Exists(to))
        {
            Directory.Delete(to);
        }

        Directory.Move(from, to);
        DurableFiles.FlushDirectory(Path.GetDirectoryName(Path.GetFullPath(to))!);
    }

    internal static async Task<ImportResult> BuildAsync(string dataDirectory, string? walDirectory, MemberSeed seed)
    {
        using var directory = DataDirectory.Open(dataDirectory, walDirectory);
        var (manifest, view) = StateImport.Run(seed, new FileSegmentStorage(directory.SegmentsPath));
        new MembersFile(HasJoined: true, seed.Members, seed.Members).Write(directory);
        directory.Initialize(new DataDirMetadata(seed.Members.ClusterId, seed.Self.Value, seed.Name));
        await WriteLogAsync(directory, seed, manifest);
        return new ImportResult(
            dataDirectory, seed.Members.ClusterId, seed.Self, seed.Name, view.Revision, view.CompactRevision, view.KeyCount, manifest.Index);
    }

    private static async Task WriteLogAsync(DataDirectory directory, MemberSeed seed, CheckpointManifest manifest)
    {
        var system = ActorSystem.Create("import", AkkaConfig.ForLogAlone(seed.Members.ClusterId, seed.Self, directory));
        try
        {
            var done = new Pending<bool>();
            system.ActorOf(LogSeedActor.Props(seed, manifest, done), "seed");
            await done.Completion;
        }
        finally
        {
            await system.Terminate();
        }
    }

    private static void Remove(string? directory)
    {
        if (directory is not null && Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
