using ActorEtcd.Log;

namespace ActorEtcd.Specs.Sim;

/// <summary>
/// What one member has on disk, from life to life: the files in which the product keeps its log and its checkpoints. Knows at any
/// time what a loss of power would leave, from the files alone.
/// </summary>
internal sealed class SimDisk(SimWorld world, SimMember owner)
{
    private const int OperationsToCrashMax = 12;

    private readonly Dictionary<long, long> _terms = [];
    private readonly HashSet<string> _checkpoints = [];
    private long _checkpoint;
    private SimLogReader _reader = new(static (_, _) => { });

    public SimFileSystem Files { get; private set; } = new(world, owner);

    /// <summary>What the log's work runs on in the present life.</summary>
    public SimThreads? Threads { get; private set; }

    /// <summary>The fold of everything durable, kept live as the log actor keeps it.</summary>
    public LogState Durable { get; private set; } = new();

    /// <summary>Something that was flushed has changed: the log must not be accepted.</summary>
    public bool IsRotten { get; private set; }

    /// <summary>Something has changed of which nobody can know whether it was flushed: the log may be refused.</summary>
    public bool IsSuspect { get; private set; }

    /// <summary>Whether the entry of that index and term, or a checkpoint that covers it, would survive a crash.</summary>
    public bool Holds(long index, long term) => index <= Durable.BaseIndex
        || (index <= Durable.LastIndex && _terms.GetValueOrDefault(index) == term);

    /// <summary>Called after every flush.</summary>
    public void Flushed() => _reader.Read(Files);

    /// <summary>Called after every flush of names: a checkpoint's file gets its name when it is whole.</summary>
    public void NamesFlushed()
    {
        Flushed();
        foreach (var (path, file) in SimSnapshotReader.Files(Files))
        {
            if (_checkpoints.Add(path) && SimSnapshotReader.Read(file) is { } saved)
            {
                Durable.Compact(saved.Manifest);
                _checkpoint = Math.Max(_checkpoint, Durable.BaseIndex);
                world.Trace($"{owner.Number + 1} checkpoint {saved.Manifest.Index} is saved");
            }
        }
    }

    /// <summary>
    /// The process ends, perhaps in the middle of a write, and perhaps because of the power: then what was not flushed is lost, in
    /// one of the ways in which disks do.
    /// </summary>
    public void Crash()
    {
        if (world.Random.Next(3) != 0)
        {
            Files.EndAfter(world.Random.Next(3) == 0 ? world.Random.Next(2, OperationsToCrashMax) : 1);
            Threads?.WriteDue();
        }

        SimFileSystem left = Files;
        if (world.Random.Next(4) == 0)
        {
            world.Count(SimFault.Killed);
            Files = left.Kill();
        }
        else
        {
            LosePower();
        }

        Leave(left);
    }

    /// <summary>Nothing more happens here in the present life.</summary>
    public void Leave() => Leave(Files);

    /// <summary>Others can do without this log: nobody else is without one.</summary>
    public bool MayBeDamaged => !IsRotten && !IsSuspect && world.Settings is { Spares: 0, Members: >= 3 }
        && world.Members.All(other => other == owner || !(other.HasLostLog || other.Disk.IsRotten || other.Disk.IsSuspect));

    /// <summary>A bit of what was flushed changes while nobody looks: of the log, or of a checkpoint that another may stand in for.</summary>
    public void Rot()
    {
        SimFile[] checkpoints = [.. SimSnapshotReader.Files(Files).Select(static file => file.Value)];
        if (checkpoints.Length > 0 && world.Random.Next(3) == 0)
        {
            SimFile checkpoint = checkpoints[world.Random.Next(checkpoints.Length)];
            checkpoint.Flip(world.Random.Next(checkpoint.Durable.Length), world.Random.Next(8));
            world.Count(SimFault.CheckpointFlipped);
            IsSuspect = true;
            return;
        }

        var reader = new SimLogReader(static (_, _) => { });
        reader.Read(Files);
        var candidates = Files.DurableFiles
            .Where(file => SimLogReader.IsLog(file.Key) && string.CompareOrdinal(file.Key, reader.File) <= 0)
            .Select(file => (file.Value, Length: file.Key == reader.File ? reader.End : file.Value.Durable.Length))
            .ToArray();
        if (candidates.Length > 0)
        {
            var (file, length) = candidates[world.Random.Next(candidates.Length)];
            file.Flip(world.Random.Next(length), world.Random.Next(8));
            world.Count(SimFault.SyncedFlipped);
            IsRotten = true;
        }
    }

    /// <summary>The member serves with what is there.</summary>
    public void Accept()
    {
        IsSuspect = false;
        _checkpoint = Durable.BaseIndex;
    }

    /// <summary>What was there is set aside.</summary>
    public void Lose()
    {
        Leave();
        Files = new SimFileSystem(world, owner);
        Durable = new LogState();
        IsRotten = IsSuspect = false;
        _checkpoint = 0;
        _checkpoints.Clear();
        _terms.Clear();
    }

    /// <summary>A life begins.</summary>
    public void Begin()
    {
        Threads = new SimThreads(owner);
        Read();
    }

    /// <summary>Reads what is durable from its beginning.</summary>
    public void Read()
    {
        var state = new LogState();
        foreach (var (path, file) in SimSnapshotReader.Files(Files))
        {
            _checkpoints.Add(path);
            if (state.Manifest is null && SimSnapshotReader.Read(file) is { } saved)
            {
                state.Restore(saved, SimSnapshotReader.SequenceNrOf(path));
            }
        }

        Durable = state;
        _reader = new SimLogReader((sequenceNr, logEvent) =>
        {
            if (sequenceNr > state.SequenceNr)
            {
                Fold(state, sequenceNr, logEvent);
            }
        });
        _reader.Read(Files);
        world.Check(
            IsRotten || IsSuspect || state.BaseIndex >= _checkpoint,
            $"member {owner.Number + 1}: the checkpoint {_checkpoint} was saved, and {state.BaseIndex} is the newest now");
    }

    private void LosePower()
    {
        if (world.Settings.Bug == SimBug.VoteNotFlushed && _reader.Last.Event is LogEvent.TermAndVoteChanged)
        {
            Files.Blank(_reader.File!, _reader.Last.Offset);
        }

        Files = Files.Crash(MayBeDamaged, out bool isFlipped);
        IsSuspect |= isFlipped;
    }

    private void Leave(SimFileSystem files)
    {
        files.EndAfter(0);
        SimThreads? threads = Threads;
        Threads = null;
        threads?.End();
    }

    private void Fold(LogState state, long sequenceNr, LogEvent logEvent)
    {
        try
        {
            state.Fold(logEvent, sequenceNr);
            Note(sequenceNr, logEvent);
        }
        catch (InvariantViolatedException) when (IsRotten || IsSuspect)
        {
            // The checkpoint on which it builds is not sound: what is left is no log.
            IsRotten = true;
        }
    }

    private void Note(long sequenceNr, LogEvent logEvent)
    {
        world.Mix((ulong)sequenceNr);
        if (logEvent is LogEvent.EntriesAppended appended)
        {
            foreach (LogEntry entry in appended.Entries)
            {
                _terms[entry.Index] = entry.Term;
                world.Mix(Crc32C.Compute(entry.Data.Span));
            }
        }
    }
}
