using ActorEtcd.Host.Logging;
using ActorEtcd.Persistence.DataDir;
using ActorEtcd.Persistence.EtcdData;

namespace ActorEtcd.Host.Import;

/// <summary>
/// A server that is started on a data directory of etcd, such as etcd's own restore writes, takes it over. What etcd
/// left is kept beside it:
/// <code>
/// member.converting/   our data in the making; means nothing
/// member.converted/    our data, complete: a start that finds it ends what an earlier one began
/// member.etcd/         etcd's data, as it was
/// </code>
/// A write-ahead log in a directory of its own has <c>.converting</c> and <c>.etcd</c> beside it in the same way.
/// Invariant: <c>member.converted</c> appears only when everything is durable, and goes last.
/// </summary>
internal sealed class EtcdTakeover(string dataDirectory, string? walDirectory, string name, LogWriter log)
{
    private const string Caller = "import";

    private readonly string _member = Path.Combine(dataDirectory, "member");
    private readonly string _converting = Path.Combine(dataDirectory, "member.converting");
    private readonly string _converted = Path.Combine(dataDirectory, "member.converted");
    private readonly string _aside = Path.Combine(dataDirectory, "member.etcd");
    private readonly string? _walConverting = walDirectory is null ? null : walDirectory + ".converting";
    private readonly string? _walAside = walDirectory is null ? null : walDirectory + ".etcd";

    /// <summary>Does nothing when the data is not etcd's.</summary>
    /// <exception cref="DataDirException">Another process is at it.</exception>
    /// <exception cref="EtcdDataException">The data cannot be taken over; it is as it was.</exception>
    public async Task RunAsync()
    {
        if (!Directory.Exists(_converted) && !EtcdMemberDirectory.IsEtcd(dataDirectory))
        {
            return;
        }

        using (DirectoryLock.Acquire(dataDirectory))
        {
            try
            {
                if (!Directory.Exists(_converted))
                {
                    await ConvertAsync();
                }

                ChangeOver();
            }
            finally
            {
                Remove(_converting);
                File.Delete(Path.Combine(dataDirectory, DirectoryLock.FileName));
            }
        }

        log.Write(LogSeverity.Info, Caller, "took etcd's data over; it is kept as it was", ("kept", _walAside is null ? _aside : $"{_aside}, {_walAside}"));
    }

    private async Task ConvertAsync()
    {
        if (Path.Exists(_aside) || Path.Exists(_walAside))
        {
            throw new EtcdDataException($"{dataDirectory} holds data of etcd, and {_aside} from an earlier conversion is in the way");
        }

        using var state = EtcdMemberDirectory.Read(dataDirectory, walDirectory);
        log.Write(LogSeverity.Info, Caller, "the data directory was made by etcd; converting it", ("data-dir", dataDirectory));
        Remove(_converting);
        Remove(_walConverting);
        var seed = EtcdMigration.SeedOf(state, name, notice => log.Write(LogSeverity.Warn, Caller, notice));
        var result = await MemberImport.BuildAsync(_converting, _walConverting, seed);
        MemberImport.Move(Path.Combine(_converting, "member"), _converted);
        log.Write(
            LogSeverity.Info,
            Caller,
            "converted etcd's data",
            ("revision", result.Revision),
            ("compact-revision", result.CompactRevision),
            ("keys", result.Keys),
            ("index", result.Index));
    }

    private void ChangeOver()
    {
        if (Path.Exists(_walConverting))
        {
            if (Directory.Exists(walDirectory))
            {
                MemberImport.Move(walDirectory, _walAside!);
            }

            MemberImport.Move(_walConverting, walDirectory!);
        }

        if (Directory.Exists(_member))
        {
            MemberImport.Move(_member, _aside);
        }

        MemberImport.Move(_converted, _member);
        DurableFiles.FlushDirectory(dataDirectory);
    }

    private static void Remove(string? directory)
    {
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
