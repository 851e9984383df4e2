-- The eligibility of ANRS 123 as one would write it by hand for DuckDB: the same criteria on the same Parquet files, with
-- partial dates of medications and values below the limit of detection, and without any look at what cannot be used.
-- DIR is the study folder.
with days as (
  select participant,
    max(date) filter (event = 'screening') as scr,
    min(date) filter (event = 'hiv1_infection') as infected
  from read_parquet('DIR/events.parquet')
  where event in ('screening', 'hiv1_infection')
  group by participant
),
people as (
  select p.participant, p.birth_date, p.macrolin, p.failing, d.scr, d.infected
  from read_parquet('DIR/participants.parquet') p left join days d using (participant)
),
entry as (
  select r.participant,
    arg_max(case when value[1] = '<' then try_cast(value[2:] as double) else try_cast(value as double) end, r.date)
      filter (measure = 'cd4') as cd4,
    arg_max(value[1] = '<', r.date) filter (measure = 'cd4') as cd4_below,
    arg_max(case when value[1] = '<' then try_cast(value[2:] as double) else try_cast(value as double) end, r.date)
      filter (measure = 'hiv_rna') as rna,
    arg_max(value[1] = '<', r.date) filter (measure = 'hiv_rna') as rna_below
  from read_parquet('DIR/readings.parquet') r join people p using (participant)
  where r.date between p.scr - 28 and p.scr and measure in ('cd4', 'hiv_rna')
  group by r.participant
),
courses as (
  select participant,
    case drug when 'zidovudine' then 1 when 'lamivudine' then 1 when 'tenofovir' then 1 when 'efavirenz' then 2
      when 'nevirapine' then 2 when 'indinavir' then 4 when 'nelfinavir' then 4 when 'lopinavir' then 4 else 0 end as class,
    case length(start) when 10 then cast(start as date) when 7 then cast(start || '-01' as date)
      else cast(start || '-01-01' as date) end as start_first,
    case length(start) when 10 then cast(start as date) when 7 then last_day(cast(start || '-01' as date))
      else cast(start || '-12-31' as date) end as start_last,
    case length("end") when 10 then cast("end" as date) when 7 then cast("end" || '-01' as date)
      else cast("end" || '-01-01' as date) end as end_first,
    case length("end") when 10 then cast("end" as date) when 7 then last_day(cast("end" || '-01' as date))
      else cast("end" || '-12-31' as date) end as end_last
  from read_parquet('DIR/medications.parquet')
),
taken as (
  select c.participant,
    bit_or(case when start_last <= p.scr then class else 0 end) as certain,
    bit_or(case when start_first <= p.scr then class else 0 end) as perhaps,
    bool_or(start_last <= p.scr and (end_first is null or greatest(end_first, start_first) >= p.scr)) as on_certain,
    bool_or(start_first <= p.scr and (end_last is null or end_last >= p.scr)) as on_perhaps
  from courses c join people p using (participant)
  where class <> 0
  group by c.participant
)
select p.participant,
  case when p.birth_date is null or scr is null then 1 when date_sub('year', p.birth_date, scr) >= 18 then 2 else 0 end as c0,
  case when infected <= scr then 2 else 1 end as c1,
  least(
    case when certain & 1 <> 0 then 2 when perhaps & 1 <> 0 then 1 else 0 end,
    case when certain & 2 <> 0 then 2 when perhaps & 2 <> 0 then 1 else 0 end,
    case when certain & 4 <> 0 then 2 when perhaps & 4 <> 0 then 1 else 0 end) as c2,
  least(case when on_certain then 2 when on_perhaps then 1 else 0 end,
    case failing when 'yes' then 2 when 'no' then 0 else 1 end) as c3,
  case when cd4 is null or (cd4_below and cd4 > 200) then 1 when cd4 <= 200 then 2 else 0 end as c4,
  case when rna is null or (rna_below and rna > 10000) then 1 when rna_below or rna <= 10000 then 0 else 2 end as c5,
  case macrolin when 'yes' then 2 when 'no' then 0 else 1 end as c6,
  coalesce(cd4 = 200 and not cd4_below, false) as b4,
  coalesce(rna = 10000 and not rna_below, false) as b5
from people p left join entry using (participant) left join taken using (participant)
