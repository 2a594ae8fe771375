/** The head of a table: its columns, each with the class of its head, which is none for most. */
export function HeadCells({ columns }: { readonly columns: readonly (readonly [title: string, of?: string])[] }) {
  return columns.map(([title, of]) => (
    <th key={title} scope="col" class={of}>
      {title}
    </th>
  ));
}
