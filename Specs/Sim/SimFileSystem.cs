using ActorEtcd.Persistence.DataDir;
using ActorEtcd.Persistence.Journal;

namespace ActorEtcd.Specs.Sim;

/// <summary>
/// The files of one member in one of its lives, in memory. Bytes and names that no flush has covered may be lost when it ends,
/// names in the order in which they were changed.
/// </summary>
internal sealed class SimFileSystem(SimWorld world, SimMember owner) : IWalFileSystem
{
    private readonly SortedDictionary<string, SimFile> _names = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, SimFile> _durableNames = new(StringComparer.Ordinal);
    private readonly List<(string Directory, bool IsNew, Action<IDictionary<string, SimFile>> Change)> _unflushed = [];
    private readonly HashSet<string> _locked = [];
    private int _operationsLeft = int.MaxValue;

    /// <summary>The names that would be there after a loss of power, in order.</summary>
    public IEnumerable<KeyValuePair<string, SimFile>> DurableFiles => _durableNames;

    public void CreateDirectory(string directory)
    {
    }

    public IReadOnlyList<string> List(string directory) =>
        [.. _names.Keys.Where(path => path.StartsWith(directory + "/", StringComparison.Ordinal))];

    public IWalFile Create(string path)
    {
        Reach(SimCrashPoint.BeforeCreate);
        var file = new SimFile();
        Change(path, isNew: true, names => names[path] = file);
        return new SimFileHandle(this, file);
    }

    public IWalFile Open(string path) =>
        new SimFileHandle(this, _names.TryGetValue(path, out SimFile? file) ? file : throw new FileNotFoundException(path));

    public void Rename(string from, string to)
    {
        Reach(SimCrashPoint.BeforeRename);
        SimFile file = _names[from];
        CountLog(to, SimFault.LogFileBegun);
        Change(to, isNew: false, names =>
        {
            names.Remove(from);
            names[to] = file;
        });
    }

    public void Delete(string path)
    {
        Reach(SimCrashPoint.BeforeDelete);
        CountLog(path, SimFault.LogFileDeleted);
        Change(path, isNew: false, names => names.Remove(path));
    }

    public void FlushDirectory(string directory)
    {
        Reach(SimCrashPoint.BeforeNamesFlush);
        foreach (var (_, _, change) in _unflushed.Where(change => change.Directory == directory))
        {
            change(_durableNames);
        }

        _unflushed.RemoveAll(change => change.Directory == directory);
        owner.Disk.NamesFlushed();
        Reach(SimCrashPoint.AfterNamesFlush);
    }

    public IDisposable Lock(string directory) =>
        _locked.Add(directory) ? new Unlock(this, directory) : throw new DirectoryLockedException(directory, new IOException());

    /// <param name="file">What is to be durable from now on.</param>
    /// <param name="mayLie">It is not, if that is the bug.</param>
    public void Flush(SimFile file, bool mayLie)
    {
        Reach(SimCrashPoint.DuringFlush);
        if (mayLie && world.Settings.Bug == SimBug.AckBeforeFlush)
        {
            owner.After(owner.Life, world.FlushTime(), () => Flushed(file));
            return;
        }

        Flushed(file);
        Reach(SimCrashPoint.AfterFlush);
    }

    /// <summary>Every operation passes here; at some the machine stops.</summary>
    public void Reach(SimCrashPoint point)
    {
        if (_operationsLeft-- <= 0)
        {
            throw new SimPowerLostException();
        }

        if (owner.IsUp && owner.CrashPoint == point)
        {
            owner.CrashNow();
            throw new SimPowerLostException();
        }
    }

    /// <summary>From now on so many operations succeed, and no more.</summary>
    public void EndAfter(int operations) => _operationsLeft = operations;

    /// <summary>The file is blank from there on, although it was flushed, if that is the bug.</summary>
    public void Blank(string path, int offset) => _names[path].Blank(offset);

    /// <summary>What the next life finds when only the process ended: everything, and nothing of it is safer than before.</summary>
    public SimFileSystem Kill()
    {
        EndAfter(0);
        var found = new SimFileSystem(world, owner);
        foreach (var (path, file) in _names)
        {
            found._names[path] = file;
        }

        foreach (var (path, file) in _durableNames)
        {
            found._durableNames[path] = file;
        }

        found._unflushed.AddRange(_unflushed);
        return found;
    }

    /// <summary>What the next life finds after a loss of power.</summary>
    public SimFileSystem Crash(bool mayFlip, out bool isFlipped)
    {
        EndAfter(0);
        isFlipped = false;
        int kept = world.Random.Next(_unflushed.Count + 1);
        if (_unflushed.Skip(kept).Any(static lost => !lost.IsNew))
        {
            world.Count(SimFault.NamesLost);
        }

        foreach (var (_, _, change) in _unflushed.Take(kept))
        {
            change(_durableNames);
        }

        var found = new SimFileSystem(world, owner);
        foreach (var (path, file) in _durableNames)
        {
            SimFile survivor = file.Crashed(world, mayFlip && !isFlipped, out bool isThisFlipped);
            isFlipped |= isThisFlipped;
            found._names[path] = survivor;
            found._durableNames[path] = survivor;
        }

        return found;
    }

    private void CountLog(string path, SimFault fault)
    {
        if (SimLogReader.IsLog(path))
        {
            world.Count(fault);
        }
    }

    private void Flushed(SimFile file)
    {
        file.Flush();
        owner.Disk.Flushed();
    }

    private void Change(string path, bool isNew, Action<IDictionary<string, SimFile>> change)
    {
        change(_names);
        _unflushed.Add((Path.GetDirectoryName(path)!, isNew, change));
    }

    private sealed class Unlock(SimFileSystem owner, string directory) : IDisposable
    {
        public void Dispose() => owner._locked.Remove(directory);
    }
}
