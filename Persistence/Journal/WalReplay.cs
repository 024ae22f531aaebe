using Akka.Persistence;

namespace ActorEtcd.Persistence.Journal;

/// <summary>Reads the events of one persistence id from the log and hands them to its recovery.</summary>
internal sealed class WalReplay(
    WalEventCodec codec, string persistenceId, long from, long to, long max, Action<IPersistentRepresentation> recover)
{
    private long _left = max;

    public void Run(WalWriter wal, long firstSegment) => wal.Read(firstSegment, Visit);

    private void Visit(in WalRecord record)
    {
        if (record.Type != WalRecordTypes.Events || _left <= 0)
        {
            return;
        }

        var events = new WalEventReader(record);
        while (_left > 0 && events.Read(out var read))
        {
            if (read.SequenceNr >= from && read.SequenceNr <= to && codec.PersistenceId(read) == persistenceId)
            {
                recover(codec.Decode(read));
                _left--;
            }
        }
    }
}
