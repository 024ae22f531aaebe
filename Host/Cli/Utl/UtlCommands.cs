using System.Globalization;
using ActorEtcd.Host.Config;
using ActorEtcd.Host.Import;
using ActorEtcd.Persistence.EtcdData;

namespace ActorEtcd.Host.Cli.Utl;

/// <summary>What the commands of <c>actor-etcd utl</c> do.</summary>
internal static class UtlCommands
{
    private static readonly Version BoxesSince = new(3, 7);
    private static readonly Version StorageVersionMin = new(3, 5);

    public static Task<int> StatusAsync(UtlArguments arguments) => PrintAsync(
        arguments, "snapshot status", UtlExit.BadArguments, database => SnapshotStatus.Of(database, VersionOf(arguments)).Fields());

    public static Task<int> HashKvAsync(UtlArguments arguments) => PrintAsync(
        arguments, "hashkv", UtlExit.Error, database => KvHashOfFile.Fields(KvHashOfFile.Of(database, arguments.Flags.Number("rev"))));

    public static async Task<int> RestoreAsync(UtlArguments arguments)
    {
        var file = FileOf(arguments, "snapshot restore", UtlExit.BadArguments);
        var flags = arguments.Flags;
        var bump = flags.Number("bump-revision", max: long.MaxValue / 2);
        if (bump > 0 != flags.Switch("mark-compacted"))
        {
            throw new UtlException(UtlExit.BadArguments, "--mark-compacted required if --revision-bump > 0");
        }

        if (flags.IsGiven("initial-memory-map-size"))
        {
            flags.Number("initial-memory-map-size");
            Tell("--initial-memory-map-size has no effect: nothing is mapped before it is needed");
        }

        var name = flags.Text("name");
        var options = new RestoreOptions
        {
            SnapshotPath = file,
            Name = name,
            DataDirectory = arguments.Given("data-dir") ?? $"{name}.etcd",
            WalDirectory = arguments.Given("wal-dir"),
            InitialCluster = InitialMember.ParseCluster(flags.Text("initial-cluster")),
            InitialClusterToken = flags.Text("initial-cluster-token"),
            AdvertisePeerUrls = flags.Urls("initial-advertise-peer-urls"),
            SkipHashCheck = flags.Switch("skip-hash-check"),
            RevisionBump = bump,
        };
        Tell(await SnapshotRestore.RunAsync(options), $"restored snapshot {file}");
        return UtlExit.Success;
    }

    public static async Task<int> MigrateAsync(UtlArguments arguments)
    {
        CheckNoPositional(arguments, "migrate");
        if (arguments.Given("target-version") is { } version && arguments.Given("from") is null)
        {
            return KeepVersion(arguments, version);
        }

        var from = arguments.Given("from") ?? throw new UtlException(UtlExit.Error, "required flag \"from\" not set");
        using var state = EtcdMemberDirectory.Read(from, arguments.Given("from-wal-dir"));
        var seed = EtcdMigration.SeedOf(state, arguments.Given("name"), Tell);
        var target = arguments.Given("data-dir") ?? $"{seed.Name}.etcd";
        Tell($"migrating {from} to {target}: database at entry {seed.Index}, {seed.Committed.Length} committed entries behind it, {seed.Uncommitted.Length} more");
        Tell(await MemberImport.WriteAsync(target, arguments.Given("wal-dir"), seed), $"migrated {from}");
        return UtlExit.Success;
    }

    // etcdutl migrate --data-dir --target-version: the schema of etcd's files differs from version to version.
    private static int KeepVersion(UtlArguments arguments, string target)
    {
        var directory = arguments.Given("data-dir") ?? throw new UtlException(UtlExit.Error, "required flag \"data-dir\" not set");
        if (target.Count(static sign => sign == '.') != 1 || !Version.TryParse(target, out var version))
        {
            throw new UtlException(UtlExit.BadArguments, $"wrong target version format, expected \"X.Y\", got \"{target}\"");
        }

        if (version < StorageVersionMin)
        {
            throw new UtlException(UtlExit.BadArguments, $"target version \"{target}\" not supported. Minimal \"{StorageVersionMin}\"");
        }

        if (!Directory.Exists(directory))
        {
            throw new UtlException(UtlExit.Error, $"{directory} does not exist");
        }

        Console.Out.WriteLine($"Nothing was done: the files of ActorEtcd are the same for every version that it may tell; start it with --compat-version {target}.0.");
        return UtlExit.Success;
    }

    public static Task<int> DefragAsync(UtlArguments arguments)
    {
        CheckNoPositional(arguments, "defrag");
        var directory = arguments.Given("data-dir") ?? throw new UtlException(UtlExit.Error, "required flag \"data-dir\" not set");
        if (!Directory.Exists(directory))
        {
            throw new UtlException(UtlExit.Error, $"{directory} does not exist");
        }

        Console.Out.WriteLine(
            "Nothing was done: a member of ActorEtcd gives the space of compacted revisions back while it runs, by rewriting segments that hold little else. There is no fragmentation to remove.");
        return Task.FromResult(UtlExit.Success);
    }

    public static Task<int> VersionAsync(UtlArguments arguments)
    {
        CheckNoPositional(arguments, "version");
        var version = VersionOf(arguments) ?? Version.Parse(ServerFlags.All.Single(static flag => flag.Name == "compat-version").Default);
        Console.Out.WriteLine($"etcdutl version: {version}");
        Console.Out.WriteLine($"API version: {version.ToString(2)}");
        Console.Out.WriteLine($"ActorEtcd version: {typeof(UtlCommands).Assembly.GetName().Version?.ToString(3)}");
        return Task.FromResult(UtlExit.Success);
    }

    private static Task<int> PrintAsync(
        UtlArguments arguments, string command, int wrongCount, Func<EtcdDatabase, IReadOnlyList<UtlField>> compute)
    {
        var file = FileOf(arguments, command, wrongCount);
        var format = arguments.Flags.Text("write-out");

        // A format that there is not is refused before the work is done.
        var drawsBoxes = VersionOf(arguments) is not { } version || version >= BoxesSince;
        UtlOutput.Check(format);
        using var database = EtcdDatabase.Open(file);
        Console.Out.Write(UtlOutput.Format(format, compute(database), drawsBoxes));
        return Task.FromResult(UtlExit.Success);
    }

    private static string FileOf(UtlArguments arguments, string command, int wrongCount) => arguments.Positional is [var file]
        ? file
        : throw new UtlException(wrongCount, $"{command} requires exactly one argument");

    private static void CheckNoPositional(UtlArguments arguments, string command)
    {
        if (arguments.Positional.Count > 0)
        {
            throw new UtlException(UtlExit.BadArguments, $"{command} takes no arguments, only flags: {arguments.Positional[0]}");
        }
    }

    private static Version? VersionOf(UtlArguments arguments)
        => arguments.Given("compat-version") is not { } text ? null
            : Version.TryParse(text, out var version) ? version
            : throw new ConfigException($"invalid value \"{text}\" for flag --compat-version: expected a version such as 3.5.13");

    private static void Tell(ImportResult result, string what) => Tell(string.Create(
        CultureInfo.InvariantCulture,
        $"{what}: member {result.MemberId} ({result.Name}) of cluster {result.ClusterId:x}, revision {result.Revision}, compacted {result.CompactRevision}, {result.Keys} keys, entry {result.Index}, in {result.DataDirectory}"));

    private static void Tell(string text) => Console.Error.WriteLine(text);
}
