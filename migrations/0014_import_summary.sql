-- The summary of an import held the whole order table: everybody's name, phone, e-mail and address in the clear. What is
-- left is what the program stores now: figures, and rows without what stood in them. (No answer to a repeated request
-- holds any of it: imports are answered anew, not from `idempotency`.)
update order_import set summary = jsonb_build_object(
  'orders', summary->'orders',
  'persons', summary->'persons',
  'cases', summary->'cases',
  'outcomes', summary->'outcomes',
  'byChannel', summary->'byChannel',
  'byReason', summary->'byReason',
  'files', summary->'files',
  'troubleCount', summary->'troubleCount',
  'fault', summary->'fault',
  'troubles', (
    select coalesce(jsonb_agg(jsonb_build_object(
      'file', one.trouble->'file',
      'row', one.trouble->'row',
      'column', one.trouble->'column',
      -- A reason quoted the cell that could not be read.
      'reason', coalesce(
        substring(one.trouble->>'reason' from '(is not a date and time|is not a number of units|is empty)$'),
        'cannot be read')
    ) order by one.place), '[]'::jsonb)
    from jsonb_array_elements(
      case jsonb_typeof(summary->'troubles') when 'array' then summary->'troubles' else '[]' end)
      with ordinality as one (trouble, place)
  )
);
