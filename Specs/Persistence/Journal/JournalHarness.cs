using System.Collections.Concurrent;
using ActorEtcd.Persistence;
using ActorEtcd.Persistence.Journal;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Xunit;

namespace ActorEtcd.Specs.Persistence.Journal;

/// <summary>An actor system on a data directory, with a queue of what its actors report.</summary>
internal sealed class JournalHarness : IObserver<object>, IWalObserver, IDisposable
{
    private readonly BlockingCollection<object> _reports = [];
    private readonly string _directory;
    private int _flushes;

    public JournalHarness(TemporaryDirectory directory, string extra = "", IWalFileSystem? files = null)
    {
        _directory = directory.Path;
        System = ActorSystem.Create("wal", ConfigurationFactory.ParseString(extra)
            .WithFallback(ConfigurationFactory.ParseString(Configuration(directory.Path)))
            .WithFallback(PersistenceConfig.Default()));
        var services = WalServices.Get(System);
        services.FatalHandler = Fatal;
        services.Observer = this;
        services.FileSystem = files ?? services.FileSystem;
    }

    public ActorSystem System { get; }

    public RecordingFatalHandler Fatal { get; } = new();

    public int Flushes => Volatile.Read(ref _flushes);

    public string WalDirectory => Path.Combine(_directory, "wal");

    public string SnapDirectory => Path.Combine(_directory, "snap");

    public string[] Segments => [.. Directory.GetFiles(WalDirectory, "*.wal").Order()];

    /// <summary>Starts the actor and waits for its recovery.</summary>
    public IActorRef Start(string id)
    {
        var actor = StartUnrecovered(id);
        Expect<RecoveryCompleted>();
        return actor;
    }

    public IActorRef StartUnrecovered(string id) => System.ActorOf(DiaryActor.Props(id, this));

    public T Expect<T>()
    {
        Assert.True(_reports.TryTake(out var report, WalHarness.Patience), $"waited for {typeof(T).Name}");
        return Assert.IsType<T>(report, exactMatch: false);
    }

    public long Write(IActorRef actor, params string[] texts) =>
        Ask<DiaryActor.Written>(actor, new DiaryActor.Write(texts)).SequenceNr;

    public string[] Read(IActorRef actor) => Ask<string[]>(actor, new DiaryActor.Read());

    public void Snap(IActorRef actor)
    {
        actor.Tell(new DiaryActor.Snap());
        Expect<SaveSnapshotSuccess>();
    }

    public void Forget(IActorRef actor, long toSequenceNr)
    {
        actor.Tell(new DiaryActor.Forget(toSequenceNr));
        Expect<DeleteMessagesSuccess>();
    }

    public void OnNext(object value) => _reports.Add(value);

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    public void Flushed(TimeSpan duration, long bytes, int records) => Interlocked.Increment(ref _flushes);

    public void SegmentOpened(long sequence)
    {
    }

    public void SpaceChanged(WalSpace space, string reason)
    {
    }

    public void Dispose()
    {
        Assert.True(System.Terminate().Wait(WalHarness.Patience), "waited for the actor system to end");
        _reports.Dispose();
    }

    private static T Ask<T>(IActorRef actor, object message)
    {
        var answer = actor.Ask<T>(message, WalHarness.Patience);
        WalHarness.Finish(answer, $"an answer to {message}");
        return answer.Result;
    }

    private static string Configuration(string directory) => $$"""
        akka.loglevel = WARNING
        akka.stdout-loglevel = OFF
        akka.persistence {
          journal {
            plugin = "akka.persistence.journal.etcd-wal"
            etcd-wal {
              directory = "{{directory}}/wal"
              segment-bytes = 4096
              cluster-id = "c1"
              member-id = "a1"
            }
          }
          snapshot-store {
            plugin = "akka.persistence.snapshot-store.etcd-snap"
            etcd-snap.directory = "{{directory}}/snap"
          }
        }
        akka.actor {
          serializers.text-event = "{{typeof(TextEventSerializer).AssemblyQualifiedName}}"
          serialization-bindings {
            "{{typeof(TextEvent).AssemblyQualifiedName}}" = text-event
          }
        }
        """;
}
