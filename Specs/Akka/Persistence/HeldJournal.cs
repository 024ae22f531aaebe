using System.Collections.Concurrent;
using System.Collections.Immutable;
using Akka.Actor;
using Akka.Persistence;
using Akka.Persistence.Journal;

namespace ActorEtcd.Specs.Akka.Persistence;

/// <summary>A journal whose writes a spec can hold, and which counts the atomic writes of each batch.</summary>
public sealed class HeldJournal : MemoryJournal
{
    public const string Config =
        """
        akka.persistence.journal.plugin = held-journal
        held-journal {
          class = "ActorEtcd.Specs.Akka.Persistence.HeldJournal, ActorEtcd.Specs"
          plugin-dispatcher = "akka.actor.default-dispatcher"
        }
        """;

    private readonly Gate _gate = Of(Context.System);

    public static Gate Of(ActorSystem system) => GateProvider.Instance.Apply(system);

    protected override async Task<IImmutableList<Exception?>?> WriteMessagesAsync(IEnumerable<AtomicWrite> messages)
    {
        var writes = messages.ToList();
        await _gate.Pass(writes.Count);
        return await base.WriteMessagesAsync(writes);
    }

    public sealed class Gate : IExtension
    {
        private readonly Lock _lock = new();
        private readonly List<TaskCompletionSource> _held = [];
        private bool _holding;

        public ConcurrentQueue<int> Batches { get; } = new();

        public void Hold() => _holding = true;

        public void Release()
        {
            lock (_lock)
            {
                _holding = false;
                _held.ForEach(write => write.TrySetResult());
                _held.Clear();
            }
        }

        public void ReleaseNewest()
        {
            lock (_lock)
            {
                _held[^1].TrySetResult();
                _held.RemoveAt(_held.Count - 1);
            }
        }

        internal Task Pass(int writes)
        {
            lock (_lock)
            {
                var pass = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                if (_holding)
                {
                    _held.Add(pass);
                }
                else
                {
                    pass.SetResult();
                }

                if (writes > 0)
                {
                    Batches.Enqueue(writes);
                }

                return pass.Task;
            }
        }
    }

    private sealed class GateProvider : ExtensionIdProvider<Gate>
    {
        public static GateProvider Instance { get; } = new();

        public override Gate CreateExtension(ExtendedActorSystem system) => new();
    }
}
